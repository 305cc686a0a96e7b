// SPDX-License-Identifier: Apache-2.0
#include "poll/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

std::optional<FeedNumber> taken(Schedule& schedule, Time now) {
  const auto due = schedule.take_due(now);
  if (!due) return std::nullopt;
  return due->feed;
}

TEST(Schedule, GivesOutWhatHasBeenDueLongestFirst) {
  Schedule schedule;
  schedule.put(1, start + 2s);
  schedule.put(2, start + 1s);
  EXPECT_EQ(taken(schedule, start + 5s), 2U);
  EXPECT_EQ(taken(schedule, start + 5s), 1U);
  EXPECT_EQ(taken(schedule, start + 5s), std::nullopt);
}

TEST(Schedule, KeepsWhatIsNotYetDue) {
  Schedule schedule;
  schedule.put(1, start + 2s);
  EXPECT_EQ(taken(schedule, start + 1s), std::nullopt);
  EXPECT_EQ(schedule.next_due(), start + 2s);
}

TEST(Schedule, HoldsAFeedOnce) {
  Schedule schedule;
  schedule.put(1, start + 9s);
  schedule.put(1, start + 1s);
  EXPECT_EQ(schedule.size(), 1U);
  EXPECT_EQ(schedule.next_due(), start + 1s);
}

TEST(Schedule, ForgetsWhatIsRemoved) {
  Schedule schedule;
  schedule.put(1, start);
  schedule.remove(1);
  schedule.remove(2);
  EXPECT_EQ(taken(schedule, start), std::nullopt);
}

TEST(Schedule, LetsAHighPriorityOvertakeWhatWasDueShortlyBefore) {
  Schedule schedule;
  schedule.put(1, start);
  schedule.put(2, start + 9min, Priority::high);
  schedule.put(3, start + 11min, Priority::high);
  schedule.put(4, start - 5min, Priority::low);
  std::vector<std::optional<FeedNumber>> order;
  for (int i = 0; i < 4; ++i) order.push_back(taken(schedule, start + 20min));
  EXPECT_EQ(order, (std::vector<std::optional<FeedNumber>>{2, 1, 3, 4}));
}

TEST(Schedule, TakesAHighPriorityNoEarlierThanItIsDue) {
  Schedule schedule;
  schedule.put(1, start, Priority::high);
  EXPECT_EQ(taken(schedule, start - 1ms), std::nullopt);
}

TEST(Schedule, CountsWhatShouldHaveBeenTaken) {
  Schedule schedule;
  schedule.put(1, start);
  schedule.put(2, start + 2min);
  schedule.put(3, start + 3min);
  schedule.remove(1);
  EXPECT_EQ(schedule.due_before(start + 3min), 1U);
}

TEST(Schedule, GivesOutEachFeedOnceHoweverOftenItWasChanged) {
  Schedule schedule;
  for (FeedNumber turn = 0; turn < 50; ++turn) {
    for (FeedNumber feed = 0; feed < 100; ++feed) {
      schedule.put(feed, start + std::chrono::seconds{(feed * 7 + turn * 13) % 97});
    }
  }
  std::vector<bool> was_taken(100);
  Time last = start;
  while (const auto due = schedule.take_due(start + 1h)) {
    EXPECT_FALSE(was_taken[due->feed]);
    was_taken[due->feed] = true;
    EXPECT_GE(due->at, last);
    last = due->at;
  }
  EXPECT_EQ(std::count(was_taken.begin(), was_taken.end(), true), 100);
}

TEST(Schedule, HoldsNoMoreHoweverOftenAHundredThousandFeedsAreListed) {
  constexpr FeedNumber feeds = 100'000;
  Schedule schedule;
  schedule.reserve(feeds);
  for (FeedNumber feed = 0; feed < feeds; ++feed) {
    schedule.put(feed, start + std::chrono::seconds{feed % 3'600});
  }
  for (int list = 2; list <= 5; ++list) {
    for (FeedNumber feed = 0; feed < feeds; ++feed) schedule.put(feed, schedule.due(feed).value());
    // As many entries are live as there are feeds: more would be gone through with every change.
    ASSERT_EQ(schedule.entries(), feeds) << "list " << list;
  }
}

TEST(Schedule, HoldsAtMostTwiceAsMuchHoweverOftenTimesGoBackAndForth) {
  constexpr FeedNumber feeds = 10'000;
  Schedule schedule;
  for (int turn = 0; turn < 10; ++turn) {
    for (FeedNumber feed = 0; feed < feeds; ++feed) schedule.put(feed, start + turn % 2 * 1h);
    ASSERT_LE(schedule.entries(), 2 * feeds + 1'024) << "turn " << turn;
  }
}

TEST(Schedule, ForgetsTheOldPriorityOfAFeedAtTheSameTime) {
  Schedule schedule;
  schedule.put(3, start - 1h, Priority::high);
  schedule.put(1, start, Priority::high);
  schedule.put(1, start, Priority::low);
  schedule.put(2, start + 1min);
  std::vector<std::optional<FeedNumber>> order;
  for (int i = 0; i < 4; ++i) order.push_back(taken(schedule, start + 20min));
  EXPECT_EQ(order, (std::vector<std::optional<FeedNumber>>{3, 2, 1, std::nullopt}));
}

TEST(Schedule, MovesWithTheClock) {
  Schedule schedule;
  schedule.put(1, start);
  schedule.shift(-30min);
  EXPECT_EQ(taken(schedule, start - 30min), 1U);
}

}  // namespace
}  // namespace tocsin::poll
