// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tocsin::app {

/// What a person means by "2h" or "7d", that long from `now` on, or by a date or a time of RFC
/// 3339. `invalid_input` says what is expected.
[[nodiscard]] Result<Time> time_ahead(const std::string& text, Time now);

/// The same, that long before `now`.
[[nodiscard]] Result<Time> time_back(const std::string& text, Time now);

}  // namespace tocsin::app
