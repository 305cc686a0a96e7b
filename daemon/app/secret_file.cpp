// SPDX-License-Identifier: Apache-2.0
#include "app/secret_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "app/input.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_pem = std::size_t{4}
                                    << 20U;  // every authority there is takes 250 KiB

Result<bool> has_line(const std::string& file, std::string_view begin, std::string_view end) {
  const auto text = read_file(file, largest_pem);
  if (!text) return fail(text.error());
  for (auto at = text->find(begin); at != std::string::npos; at = text->find(begin, at + 1)) {
    const std::string_view rest = std::string_view{*text}.substr(at);
    if (rest.substr(0, rest.find_first_of("\r\n")).ends_with(end)) return true;
  }
  return false;
}

}  // namespace

Result<std::string> place_of_secret(const std::string& name, const settings::Paths& paths) {
  const fs::path path{name};
  if (path.is_absolute()) return name;
  if (name.find('/') != std::string::npos) {
    return (fs::path{paths.config}.parent_path() / path).lexically_normal().string();
  }
  if (paths.credentials.empty()) {
    return fail(Errc::not_found, "$CREDENTIALS_DIRECTORY is not set; give an absolute path");
  }
  return (fs::path{paths.credentials} / path).string();
}

Result<void> check_private(const std::string& file) {
  constexpr mode_t others = S_IRWXO | S_IWGRP;

  // A secret that was put in the place of its file's name is not repeated.
  if (file.find("://") != std::string::npos) {
    return fail(Errc::refused,
                "names the file that holds the secret, and is not the secret itself");
  }

  struct stat status {};

  if (::stat(file.c_str(), &status) != 0) {
    return fail(Errc::refused, file + ": " + std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) return fail(Errc::refused, file + ": is not a file");
  if ((status.st_mode & others) == 0) return {};
  return fail(Errc::refused, file + ": may be read or changed by others; chmod 0600");
}

Result<void> check_certificate(const std::string& file) {
  const auto found = has_line(file, "-----BEGIN ", "CERTIFICATE-----");
  if (!found) return fail(found.error());
  if (*found) return {};
  return fail(Errc::invalid_input, file + ": holds no certificate in PEM");
}

Result<void> check_key(const std::string& file) {
  if (auto closed = check_private(file); !closed) return closed;
  const auto found = has_line(file, "-----BEGIN ", "PRIVATE KEY-----");
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::invalid_input, file + ": holds no private key in PEM");
  const auto encrypted = has_line(file, "-----BEGIN ENCRYPTED PRIVATE KEY", "-----");
  if (!encrypted) return fail(encrypted.error());
  const auto in_old_form = has_line(file, "Proc-Type:", "ENCRYPTED");
  if (!in_old_form) return fail(in_old_form.error());
  if (!*encrypted && !*in_old_form) return {};
  return fail(Errc::invalid_input, file + ": the key is encrypted; store it without pass phrase");
}

}  // namespace tocsin::app
