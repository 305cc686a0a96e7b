// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed_habits.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

Examination document(const std::vector<Time>& dates) {
  Examination examination;
  for (const Time date : dates) {
    ExaminedItem item;
    item.row.published = date;
    examination.items.push_back(std::move(item));
  }
  return examination;
}

store::FeedState learnt(const Examination& examination, const std::vector<Time>& fresh = {},
                        store::FeedState state = {}, bool is_delta = false) {
  learn_habits({.examination = examination, .fresh = fresh, .is_delta = is_delta, .now = noon},
               state);
  return state;
}

TEST(FeedHabits, TakeTheMedianGapForTheRhythm) {
  const auto state = learnt(document({noon, noon - 1h, noon - 2h, noon - 3h, noon - 90h}));
  EXPECT_EQ(state.rhythm, 1h);
  EXPECT_EQ(state.rhythm_items, 5);
}

TEST(FeedHabits, LookAtTheLastTwentyItems) {
  std::vector<Time> dates;
  for (int i = 0; i < 20; ++i) dates.push_back(noon - i * 10min);
  for (int i = 1; i < 200; ++i) dates.push_back(noon - 10h - i * 24h);
  const auto state = learnt(document(dates));
  EXPECT_EQ(state.rhythm, 10min);
  EXPECT_EQ(state.rhythm_items, 20);
}

TEST(FeedHabits, LeaveOutDatesFarAhead) {
  EXPECT_EQ(learnt(document({noon, noon - 1h, noon + 9000h})).rhythm_items, 2);
}

TEST(FeedHabits, KeepTheRhythmWhereADocumentShowsNone) {
  store::FeedState before;
  before.rhythm = 5min;
  before.rhythm_items = 9;
  EXPECT_EQ(learnt(document({noon}), {}, before).rhythm, 5min);
  EXPECT_EQ(learnt(document({noon, noon - 9h}), {}, before, true).rhythm, 5min);
}

TEST(FeedHabits, TakeWhatTheFeedWishes) {
  Examination examination;
  examination.channel.ttl = 90min;
  examination.channel.skip_hours = {0, 23};
  examination.channel.skip_days = {0, 6};
  const auto state = learnt(examination);
  EXPECT_EQ(state.ttl, 90min);
  EXPECT_EQ(state.skip_hours, 0x800001U);
  EXPECT_EQ(state.skip_days, 0x41);
}

TEST(FeedHabits, ForgetWhatTheFeedWishesNoMore) {
  store::FeedState before;
  before.ttl = 1h;
  before.skip_hours = 7;
  const auto state = learnt({}, {}, before);
  EXPECT_EQ(state.ttl, 0s);
  EXPECT_EQ(state.skip_hours, 0U);
}

TEST(FeedHabits, CountTheHoursOfNewItems) {
  const auto state = learnt({}, {noon, noon + 59min, noon - 12h});
  EXPECT_EQ(state.active_hours[12], 2);
  EXPECT_EQ(state.active_hours[0], 1);
}

TEST(FeedHabits, LetOldHoursFade) {
  store::FeedState state = learnt({}, std::vector<Time>(100, noon));
  state = learnt({}, std::vector<Time>(2000, noon + 6h), state);
  EXPECT_LE(state.active_hours[12], 1);
  EXPECT_GT(state.active_hours[18], 100);
  EXPECT_LT(std::accumulate(state.active_hours.begin(), state.active_hours.end(), 0), 241);
}

}  // namespace
}  // namespace tocsin::pipeline
