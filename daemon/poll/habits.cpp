// SPDX-License-Identifier: Apache-2.0
#include "poll/habits.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

constexpr int hours_of_day = 24;
constexpr int hours_of_week = 24 * 7;

int hour_of(Time time) {
  const auto since_midnight = time - std::chrono::floor<std::chrono::days>(time);
  return static_cast<int>(std::chrono::floor<std::chrono::hours>(since_midnight).count());
}

bool is_skipped(const FeedState& state, Time time) {
  const auto day = std::chrono::weekday{std::chrono::floor<std::chrono::days>(time)};
  const bool skips_hour = ((state.skip_hours >> static_cast<unsigned>(hour_of(time))) & 1U) != 0;
  const bool skips_day = ((unsigned{state.skip_days} >> day.c_encoding()) & 1U) != 0;
  return skips_hour || skips_day;
}

}  // namespace

Seconds rhythm_of(const FeedState& state, Time now) {
  constexpr int items_of_a_median = 20;
  if (state.rhythm.count() <= 0 || !state.last_new) return state.rhythm;
  const auto silence = std::chrono::floor<Seconds>(now - *state.last_new);
  return std::max(state.rhythm, silence / items_of_a_median);
}

double busyness(const std::array<std::uint8_t, 24>& active_hours, Time now, Seconds wait) {
  constexpr int enough = 20;
  constexpr double most = 2;
  const int items = std::accumulate(active_hours.begin(), active_hours.end(), 0);
  if (items < enough) return 1;
  const auto first = std::chrono::floor<std::chrono::hours>(now);
  const auto touched = std::chrono::floor<std::chrono::hours>(now + wait) - first;
  std::uint8_t busiest = 0;
  for (int i = 0; i <= std::min<std::int64_t>(touched.count(), hours_of_day - 1); ++i) {
    busiest = std::max(
        busiest, active_hours.at(static_cast<std::size_t>(hour_of(first + std::chrono::hours{i}))));
  }
  return std::clamp(double{hours_of_day} * busiest / items, 1.0, most);
}

std::optional<Seconds> wait_for_open_hour(const FeedState& state, Time now, Seconds wait) {
  if (!is_skipped(state, now + wait)) return std::nullopt;
  Time hour = std::chrono::floor<std::chrono::hours>(now + wait);
  for (int i = 0; i < hours_of_week; ++i) {
    hour += 1h;
    if (!is_skipped(state, hour)) return std::chrono::ceil<Seconds>(hour - now);
  }
  return std::nullopt;
}

Seconds wait_by_habits(const FeedState& state, Time now, std::optional<Seconds> max_age,
                       const IntervalOptions& options) {
  if (options.fixed) return *options.fixed;
  const double busy = busyness(state.active_hours, now, state.interval);
  const auto quick = std::chrono::duration_cast<Seconds>(state.interval / busy);
  const Seconds wait = std::max(options.floor, quick);
  const auto wish =
      std::max({max_age, std::optional{state.ttl}, wait_for_open_hour(state, now, wait)});
  return wait_after_success(wait, wish, options);
}

FeedState paced(FeedState state, bool gap_suspected, const Pace& pace) {
  if (state.failures > 0 || !state.last_polled || state.disabled_at) return state;
  const IntervalOptions& rules = pace.rules;
  const Time polled = *state.last_polled;
  state.interval = interval_of(rhythm_of(state, polled), pace.interval_before, rules);
  if (gap_suspected && pace.interval_before.count() > 0) {
    state.interval = std::min(state.interval, interval_after_gap(pace.interval_before, rules));
  }
  const Seconds wait =
      gap_suspected ? state.interval : wait_by_habits(state, polled, pace.max_age, rules);
  const bool is_spread = pace.is_first && !rules.fixed;
  state.next_poll = polled + (is_spread ? first_wait(wait, state.key, rules.floor)
                                        : with_jitter(wait, state.key, state.polls));
  return state;
}

}  // namespace tocsin::poll
