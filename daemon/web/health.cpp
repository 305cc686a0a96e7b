// SPDX-License-Identifier: Apache-2.0
#include "web/health.hpp"

#include <utility>

namespace tocsin::web {
namespace {

constexpr const char* prometheus_text = "text/plain; version=0.0.4; charset=utf-8";

Reply verdict(bool is_well) {
  if (is_well) return {.body = "ok\n"};
  return {.status = 503, .body = "not ok\n"};
}

}  // namespace

Handler health_handler(HealthSources sources) {
  return [sources = std::move(sources)](const Request& request) -> Reply {
    if (request.path == "/livez") return verdict(sources.is_live && sources.is_live());
    if (request.path == "/readyz") return verdict(sources.is_ready && sources.is_ready());
    if (request.path == "/metrics" && sources.metrics) {
      return {.type = prometheus_text, .body = sources.metrics()};
    }
    return {.status = 404, .body = "there are /livez, /readyz, /metrics\n"};
  };
}

}  // namespace tocsin::web
