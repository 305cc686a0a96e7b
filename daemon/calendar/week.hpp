// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "calendar/zone.hpp"

namespace tocsin::calendar {

/// Days of the week, Monday the lowest bit.
using Weekdays = std::uint8_t;

inline constexpr Weekdays every_day = 0x7f;

/// A time span of each week: begins at `from` on the days named and ends at the next `to`.
struct Window {
  Weekdays days = every_day;
  std::chrono::minutes from{};  ///< Since midnight.
  std::chrono::minutes to{};    ///< Up to 24 h; not after `from`: on the day after.

  friend bool operator==(const Window&, const Window&) = default;
};

/// A moment of each week.
struct Moment {
  Weekdays days = every_day;
  std::chrono::minutes at{};  ///< Since midnight.

  friend bool operator==(const Moment&, const Moment&) = default;
};

/// "22:00-07:00", "sat,sun 00:00-24:00". `invalid_input` says what is expected.
[[nodiscard]] Result<Window> parse_window(std::string_view text);

/// "07:00", "mon,thu 09:00"; "every 6h" are the hours that 6 divides.
[[nodiscard]] Result<std::vector<Moment>> parse_moments(std::string_view text);

/// The end of the windows that hold at `now`, the latest of them; nothing outside of all. A window
/// lasts from the first time the clock shows `from` to the last time it shows `to`, so that it
/// loses nothing where an hour comes twice. Not beyond the windows that hold: what follows without
/// a gap is asked for at that end.
[[nodiscard]] std::optional<Time> end_of(const std::vector<Window>& windows, const Zone& zone,
                                         Time now);

/// The first of the moments after `now`; nothing when there is none. One that the clock jumps over
/// is at the jump, one that it shows twice at the first.
[[nodiscard]] std::optional<Time> next_of(const std::vector<Moment>& moments, const Zone& zone,
                                          Time now);

}  // namespace tocsin::calendar
