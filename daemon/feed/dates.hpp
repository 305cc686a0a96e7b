// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace tocsin::feed {

/// A feed's date: RFC 822/2822, RFC 3339 and its W3C and ISO 8601 kin, asctime, and what publishers
/// make of them: missing parts, named zones, month names in other languages, day and month swapped
/// where only one order can be meant; seconds or milliseconds since 1970. A zone may stand in
/// brackets; without one, UTC. Empty for what is no date, for an offset over 14 hours, a week or
/// day that the year has not, years before 1, and for years 0 and 9999, which stand for "none".
[[nodiscard]] std::optional<Time> parse_date(std::string_view text);

}  // namespace tocsin::feed
