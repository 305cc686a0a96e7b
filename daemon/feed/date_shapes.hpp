// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace tocsin::feed {

/// The two shapes that nearly all feeds write, exactly: RFC 822's "Wed, 01 May 2024 10:20:30 +0200"
/// (or GMT) and RFC 3339's "2024-05-01T10:20:30Z" (or with milliseconds, or an offset). Nothing for
/// any other, which `parse_date` then reads word by word; the result is the same.
[[nodiscard]] std::optional<Time> parse_common_date(std::string_view text);

/// True for ISO 8601:2000's forms with a two-digit year, which stand alone: "031231", "03-12-31",
/// "03335", "03-335", "-0312" and "-03-12". Of six digits, what cannot be one of them is year and
/// month.
[[nodiscard]] bool is_short_iso_date(std::string_view text);

/// Seconds (10 digits) or milliseconds (13 digits) since 1970, as some scripts write them, with or
/// without a fraction.
[[nodiscard]] std::optional<Time> parse_unix_time(std::string_view text);

}  // namespace tocsin::feed
