// SPDX-License-Identifier: Apache-2.0
#include "app/json_line.hpp"

#include <nlohmann/json.hpp>

namespace tocsin::app {

std::string json_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace tocsin::app
