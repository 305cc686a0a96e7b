// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tocsin::app {

/// `value` on one line. Text that is not UTF-8, as a file name may be, shows U+FFFD in its place:
/// output of ours never fails for what somebody else wrote.
[[nodiscard]] std::string json_line(const nlohmann::json& value);

}  // namespace tocsin::app
