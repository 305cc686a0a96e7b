// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "web/http_server.hpp"

namespace tocsin::web {

/// What the answers are made of. Called on the server's own thread: they must be safe there.
struct HealthSources {
  std::function<bool()> is_live{};         ///< GET /livez: 200 or 503.
  std::function<bool()> is_ready{};        ///< GET /readyz: 200 or 503.
  std::function<std::string()> metrics{};  ///< GET /metrics: Prometheus text, version 0.0.4.
};

/// Answers for a server that tells this machine of the daemon's health.
[[nodiscard]] Handler health_handler(HealthSources sources);

}  // namespace tocsin::web
