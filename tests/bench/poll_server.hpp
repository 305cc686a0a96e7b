// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace tocsin::bench {

struct PollServerOptions {
  std::chrono::milliseconds delay{0};  ///< Between a request and its answer.
  /// Of a hundred requests with If-None-Match so many are answered 304; one without gets the
  /// document.
  unsigned unchanged_percent = 90;
  bool closes = false;  ///< Ends the connection after each answer.
  std::string content_type = "application/rss+xml";
  std::string document = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";
};

/// A web server for benchmarks, in a process of its own, so that its CPU time is not the caller's.
///
/// Answers every path with the same document, on every address of 127.0.0.0/8: feeds differ by
/// path, hosts by address. Make it before the first thread is started, since it forks.
class PollServer {
 public:
  /// Throws std::system_error when there is no port or no process.
  explicit PollServer(PollServerOptions options = {});
  PollServer(const PollServer&) = delete;
  PollServer& operator=(const PollServer&) = delete;
  ~PollServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// A URL of its own for each number: "http://127.0.0.1:PORT/feed/7" with one host, and with more
  /// the address counts through 127.0.0.1, 127.0.0.2, … (at most 2^24 - 2 of them).
  [[nodiscard]] std::string url(std::uint32_t number, std::uint32_t hosts = 1) const;

 private:
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

}  // namespace tocsin::bench
