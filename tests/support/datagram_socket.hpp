// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "base/unique_fd.hpp"

namespace tocsin::test {

/// A Unix datagram socket in a folder of its own, as the journal and systemd's notify socket are.
class DatagramSocket {
 public:
  DatagramSocket() {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  ~DatagramSocket() {
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] int fd() const { return fd_.get(); }

  /// The next datagram; empty when none is there.
  [[nodiscard]] std::string received() const {
    std::array<char, 65'536> bytes{};
    const auto count = ::recv(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return count < 0 ? std::string{} : std::string{bytes.data(), static_cast<std::size_t>(count)};
  }

 private:
  std::string folder_ = "/tmp/tocsin-test-XXXXXX";
  std::string path_;
  UniqueFd fd_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace tocsin::test
