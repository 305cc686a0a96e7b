// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace tocsin::test {

/// A certificate authority of the test's own, by openssl(1); what it signs lies in its folder.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test CA") {
    run("req -x509 " + new_key("ca") + " -days 2 -subj '/CN=" + name + "' -out " + file("ca.pem"));
  }

  struct Wish {
    std::string name{};                              ///< Of its files, and its CN.
    std::string alternative_names = "IP:127.0.0.1";  ///< As openssl's subjectAltName.
    std::string days = "2";                          ///< Negative: it has expired.
    std::string key_password{};
  };

  /// Makes NAME.pem and NAME.key.
  void sign(const Wish& wish) {
    const std::string& name = wish.name;
    write(name + ".ext", "subjectAltName=" + wish.alternative_names + "\n");
    run("req -new " + new_key(name) + " -subj /CN=" + name + " -out " + file(name + ".csr"));
    run("x509 -req -in " + file(name + ".csr") + " -CA " + file("ca.pem") + " -CAkey " +
        file("ca.key") + " -CAcreateserial -days " + wish.days + " -extfile " +
        file(name + ".ext") + " -out " + file(name + ".pem"));
    if (!wish.key_password.empty()) {
      run("ec -aes256 -passout pass:" + wish.key_password + " -in " + file(name + ".key") +
          " -out " + file(name + ".locked.key"));
    }
  }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  [[nodiscard]] std::string ca_file() const { return file("ca.pem"); }

  /// The authority alone in a folder as c_rehash(1) leaves it.
  [[nodiscard]] std::string ca_folder() const {
    const std::string folder = file("hashed");
    const std::string command = "mkdir -p " + folder + " && cp " + ca_file() + " " + folder +
                                " && openssl rehash " + folder;
    must(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    return folder;
  }

 private:
  static void must(bool is_well) {
    if (!is_well) throw std::runtime_error{"openssl failed"};
  }

  static void run(const std::string& arguments) {
    const std::string command = "openssl " + arguments + " 2>/dev/null";
    must(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
  }

  [[nodiscard]] std::string new_key(const std::string& name) const {
    return "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout " + file(name + ".key");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{file(name)} << text;
  }

  TempDir folder_;
};

}  // namespace tocsin::test
