// SPDX-License-Identifier: Apache-2.0
#include "app/json_line.hpp"

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"

namespace tocsin::app {

std::string json_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

nlohmann::json time_json(const std::optional<Time>& time) {
  return time ? nlohmann::json(to_rfc3339(*time)) : nlohmann::json(nullptr);
}

}  // namespace tocsin::app
