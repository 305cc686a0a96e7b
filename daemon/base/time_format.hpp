// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tocsin {

/// RFC 3339 in UTC with milliseconds, "2017-04-28T19:05:00.000Z". Years outside 0000–9999 are
/// clamped.
[[nodiscard]] std::string to_rfc3339(Time time);

/// Strict RFC 3339 (any offset, any fraction, "T" or a space), or a bare "YYYY-MM-DD" as midnight
/// UTC. The forgiving reader of feeds' dates lives in feed/.
[[nodiscard]] std::optional<Time> from_rfc3339(std::string_view text);

}  // namespace tocsin
