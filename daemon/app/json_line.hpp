// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.hpp"

namespace tocsin::app {

/// `value` on one line. Text that is not UTF-8, as a file name may be, shows U+FFFD in its place:
/// output of ours never fails for what somebody else wrote.
[[nodiscard]] std::string json_line(const nlohmann::json& value);

/// As RFC 3339 has it, or null.
[[nodiscard]] nlohmann::json time_json(const std::optional<Time>& time);

}  // namespace tocsin::app
