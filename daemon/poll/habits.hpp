// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "poll/poll_interval.hpp"
#include "store/feed_state.hpp"

namespace tocsin::poll {

/// The gap to count with: the median of the last items, but no less than a twentieth of the silence
/// since the last new one. The median is of 20 items at most, so that a burst would otherwise speed
/// up a quiet feed until as many items have followed. 0: unknown.
[[nodiscard]] Seconds rhythm_of(const store::FeedState& state, Time now);

/// How much busier than the average hour the busiest UTC hour is that the time from `now` to
/// `now + wait` touches: from 1 to 2. 1 also where fewer than 20 items have been counted.
///
///   busyness = clamp(24 · items in that hour / items in all hours, 1, 2)
[[nodiscard]] double busyness(const std::array<std::uint8_t, 24>& active_hours, Time now,
                              Seconds wait);

/// How long from `now` on until the first hour that skipHours and skipDays leave, when `now + wait`
/// falls into one they name. Nothing when it does not, and when they name every hour.
[[nodiscard]] std::optional<Seconds> wait_for_open_hour(const store::FeedState& state, Time now,
                                                        Seconds wait);

/// How long to wait after a poll that went well.
///
///   max(floor, interval / busyness), or what the feed asks for by Cache-Control, ttl, sy:,
///   skipHours and skipDays where that is longer, as far as wait_after_success() lets it.
///
/// `state.interval` is the interval; an operator's own is kept whatever the feed does or says.
[[nodiscard]] Seconds wait_by_habits(const store::FeedState& state, Time now,
                                     std::optional<Seconds> max_age,
                                     const IntervalOptions& options);

/// What a feed's next poll is reckoned from, besides its state.
struct Pace {
  IntervalOptions rules{};
  Seconds interval_before{0};        ///< Of the state before the poll.
  bool is_first = false;             ///< No poll of the feed was committed before.
  std::optional<Seconds> max_age{};  ///< What the reply asked for.
};

/// The state with its interval and next poll by what the pipeline learnt of the document: rhythm,
/// wishes, hours, and whether items may have been lost. As it is after a failure. Pure; twice is as
/// once.
[[nodiscard]] store::FeedState paced(store::FeedState state, bool gap_suspected, const Pace& pace);

}  // namespace tocsin::poll
