// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed_habits.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <numeric>
#include <utility>

namespace tocsin::pipeline {
namespace {

constexpr std::size_t items_of_a_rhythm = 20;
constexpr std::chrono::hours furthest_ahead{24};
/// Beyond so many items all hours are halved: what was published long ago fades.
constexpr unsigned most_counted = 240;

void count_hours(const std::vector<Time>& fresh, store::FeedState& state) {
  auto& hours = state.active_hours;
  for (const Time date : fresh) {
    const auto of_day = date - std::chrono::floor<std::chrono::days>(date);
    const auto hour = std::chrono::floor<std::chrono::hours>(of_day).count();
    ++hours.at(static_cast<std::size_t>(hour));
    if (std::accumulate(hours.begin(), hours.end(), 0U) < most_counted) continue;
    for (std::uint8_t& count : hours) count = static_cast<std::uint8_t>(count / 2);
  }
}

}  // namespace

std::optional<Rhythm> rhythm_of(std::vector<Time> dates, Time now) {
  const auto is_ahead = [now](Time date) {
    return date > now + furthest_ahead;
  };
  dates.erase(std::remove_if(dates.begin(), dates.end(), is_ahead), dates.end());
  if (dates.size() < 2) return std::nullopt;
  std::sort(dates.begin(), dates.end());
  if (dates.size() > items_of_a_rhythm) dates.erase(dates.begin(), dates.end() - items_of_a_rhythm);
  std::vector<Time::duration> gaps;
  for (std::size_t i = 1; i < dates.size(); ++i) gaps.push_back(dates[i] - dates[i - 1]);
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return Rhythm{.gap = std::chrono::floor<std::chrono::seconds>(*middle),
                .dates = static_cast<int>(dates.size())};
}

void take_wishes(const feed::Channel& channel, store::FeedState& state) {
  state.ttl = channel.ttl.value_or(std::chrono::minutes{0});
  state.skip_hours = 0;
  state.skip_days = 0;
  for (const int hour : channel.skip_hours) state.skip_hours |= 1U << static_cast<unsigned>(hour);
  for (const int day : channel.skip_days) {
    const auto bit = 1U << static_cast<unsigned>(day);
    state.skip_days = static_cast<std::uint8_t>(state.skip_days | bit);
  }
}

void learn_habits(const HabitsSeen& seen, store::FeedState& state) {
  take_wishes(seen.examination.channel, state);
  std::vector<Time> dates;
  for (const ExaminedItem& item : seen.examination.items) {
    if (item.row.published) dates.push_back(*item.row.published);
  }
  const auto rhythm = rhythm_of(std::move(dates), seen.now);
  if (rhythm && !seen.is_delta) {
    state.rhythm = rhythm->gap;
    state.rhythm_items = rhythm->dates;
  }
  count_hours(seen.fresh, state);
}

}  // namespace tocsin::pipeline
