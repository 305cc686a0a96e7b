// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin::poll {

using Seconds = std::chrono::seconds;

/// How important it is to be early: decides how far a feed's own wishes are followed.
enum class Priority : std::uint8_t { low, normal, high };

struct IntervalOptions {
  Seconds floor{std::chrono::minutes{2}};
  Seconds ceiling{std::chrono::minutes{60}};
  Seconds failure_ceiling{std::chrono::hours{6}};
  std::optional<Seconds> fixed{};  ///< The operator's own interval: nothing else counts then.
  Priority priority = Priority::normal;
};

/// clamp(rhythm / 2, floor, ceiling), where `rhythm` is the median gap between the feed's items; at
/// most half as long again as `before`, so that a quiet day is not taken for a quiet feed. Without
/// a rhythm `before`; without that either, the geometric middle of floor and ceiling.
[[nodiscard]] Seconds interval_of(Seconds rhythm, Seconds before, const IntervalOptions& options);

/// Half of `before`, at least the floor: items may have been lost between two fetches.
[[nodiscard]] Seconds interval_after_gap(Seconds before, const IntervalOptions& options);

/// How long to wait when all is well. `wish` is what the feed asks for by Cache-Control, ttl or
/// sy:; a longer one is heeded up to a limit that the priority sets: low up to the ceiling, normal
/// up to twice the interval, high not at all.
[[nodiscard]] Seconds wait_after_success(Seconds interval, std::optional<Seconds> wish,
                                         const IntervalOptions& options);

/// The wait after the `failures`-th failure in a row: interval · 2^(failures-1), at least `floor`
/// and at most `failure_ceiling`.
[[nodiscard]] Seconds wait_after_failure(int failures, Seconds interval,
                                         const IntervalOptions& options);

/// Makes `wait` up to a tenth longer, always the same for the same feed and turn, so that feeds
/// listed together are not polled together for ever.
[[nodiscard]] std::chrono::milliseconds with_jitter(Seconds wait, std::string_view feed_key,
                                                    std::int64_t turn);

/// The wait after a feed's very first poll: between a quarter and all of `wait`, at least `floor`,
/// by the feed's key. Feeds that were put into the list together would else stay together for
/// hours, since jitter parts them slowly.
[[nodiscard]] std::chrono::milliseconds first_wait(Seconds wait, std::string_view feed_key,
                                                   Seconds floor);

}  // namespace tocsin::poll
