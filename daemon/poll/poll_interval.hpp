// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tocsin::poll {

using Seconds = std::chrono::seconds;

/// How important it is to be early: decides how far a feed's own wishes are followed.
enum class Priority : std::uint8_t { low, normal, high };

struct IntervalOptions {
  Seconds floor{std::chrono::minutes{2}};
  Seconds ceiling{std::chrono::minutes{60}};
  Seconds failure_ceiling{std::chrono::hours{6}};
  std::optional<Seconds> fixed;  ///< The operator's own interval: nothing else counts then.
  Priority priority = Priority::normal;
};

/// What a feed's last fetch says of how often to come back.
struct IntervalSigns {
  std::vector<Seconds> item_gaps;  ///< Between the last items' dates, at most 20; any order.
  std::optional<Seconds> max_age;  ///< Cache-Control.
  std::optional<Seconds> ttl;      ///< RSS ttl or sy:updatePeriod.
  bool gap_suspected = false;      ///< Items may have been lost between two fetches.
};

/// clamp(median gap / 2, floor, ceiling). Without gaps the geometric middle of floor and ceiling. A
/// suspected gap halves `before`. Where the feed asks to be left alone longer it is heeded up to a
/// limit set by the priority: low the ceiling, normal twice what the gaps say, high not at all.
[[nodiscard]] Seconds interval_after_success(const IntervalSigns& signs, Seconds before,
                                             const IntervalOptions& options);

/// The wait after the `failures`-th failure in a row: interval · 2^(failures-1), up to
/// `failure_ceiling`.
[[nodiscard]] Seconds interval_after_failure(int failures, Seconds interval,
                                             const IntervalOptions& options);

/// Shifts `wait` by up to ±10 %, always the same way for the same feed and turn, so that feeds
/// listed together are not polled together.
[[nodiscard]] Seconds with_jitter(Seconds wait, std::string_view feed_key, std::int64_t turn);

}  // namespace tocsin::poll
