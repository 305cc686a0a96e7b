// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tocsin::web {

/// Where to serve: a TCP port, or a Unix socket when `unix_path` is set.
struct ServerOptions {
  std::string address = "127.0.0.1";  ///< An IP address of this machine.
  std::uint16_t port = 0;             ///< 0: the kernel chooses; `HttpServer::port` tells.
  std::string unix_path{};
  std::size_t max_connections = 16;  ///< More are closed at once.
  /// Names that a request over TCP may call this server by, without a port, in either case. A
  /// browser that was lured here by a foreign name (DNS rebinding) is refused.
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "[::1]"};
  /// Streams are also asked so often; 0: only when woken.
  std::chrono::milliseconds wake_every{0};
  std::string thread_name = "web";
};

/// A GET or HEAD request; everything else was refused before.
struct Request {
  std::string path{};           ///< As sent, up to "?".
  std::string query{};          ///< Behind "?", as sent.
  std::string last_event_id{};  ///< The header of a stream's reader that comes again.
};

/// The value of `name` in a query of `name=value&…`, not decoded; "" when it is not there.
[[nodiscard]] std::string query_value(const Request& request, const std::string& name);

struct Reply {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  /// Set for a stream, which goes on until the reader leaves: what comes next, or "" when there is
  /// nothing yet. Asked once the reply has gone out, when the reader has taken what came before,
  /// and after each `HttpServer::wake`.
  std::function<std::string()> next{};
};

/// Called on the server's own thread.
using Handler = std::function<Reply(const Request& request)>;

/// Serves GET and HEAD, one request a connection; headers of at most 8 KiB, within 5 s. What is no
/// such request is told so in a few words; who is slower is not.
///
/// Runs its own thread, so that it answers also while others are busy. A reader of a stream that
/// takes nothing for 10 s is sent away. Stops when destroyed.
class HttpServer {
 public:
  /// `busy` when the port or path is taken, `invalid_input` for an address that is none.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options,
                                                                 Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] std::uint16_t port() const;

  /// There may be something new for the streams. From any thread.
  void wake();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::web
