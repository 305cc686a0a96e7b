// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace tocsin::web {

/// Where to serve: a TCP port of 127.0.0.1, or a Unix socket when `unix_path` is set.
struct HealthOptions {
  std::uint16_t port = 0;  ///< 0: the kernel chooses; `HealthServer::port` tells.
  std::string unix_path{};
  std::size_t max_connections = 16;
};

/// What the answers are made of. Called on the server's own thread: they must be safe there.
struct HealthSources {
  std::function<bool()> is_live{};         ///< GET /livez: 200 or 503.
  std::function<bool()> is_ready{};        ///< GET /readyz: 200 or 503.
  std::function<std::string()> metrics{};  ///< GET /metrics: Prometheus text, version 0.0.4.
};

/// Serves health and metrics to this machine only: GET and HEAD, one request a connection.
///
/// Runs its own thread, so that it answers also while the loop is busy. Stops when destroyed.
class HealthServer {
 public:
  /// `busy` when the port or path is taken.
  [[nodiscard]] static Result<std::unique_ptr<HealthServer>> start(const HealthOptions& options,
                                                                   HealthSources sources);
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;
  ~HealthServer();

  [[nodiscard]] std::uint16_t port() const;

 private:
  class Impl;
  explicit HealthServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::web
