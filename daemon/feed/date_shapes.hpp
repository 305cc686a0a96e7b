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

}  // namespace tocsin::feed
