// SPDX-License-Identifier: Apache-2.0
#include "poll/poll_interval.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;

TEST(PollInterval, IsHalfTheMedianGapBetweenItems) {
  EXPECT_EQ(interval_of(20min, 0s, {}), 10min);
}

TEST(PollInterval, StaysBetweenFloorAndCeiling) {
  EXPECT_EQ(interval_of(1s, 0s, {}), 2min) << "a feed cannot make us hammer it";
  EXPECT_EQ(interval_of(72h, 0s, {}), 60min) << "a feed cannot make us forget it";
}

TEST(PollInterval, StaysAsItIsWhenNothingWasLearnt) {
  EXPECT_EQ(interval_of(0s, 7min, {}), 7min);
}

TEST(PollInterval, FallsAtOnceAndRisesByHalfAtMost) {
  EXPECT_EQ(interval_of(8min, 60min, {}), 4min);
  EXPECT_EQ(interval_of(120min, 4min, {}), 6min);
}

TEST(PollInterval, BeginsInTheGeometricMiddle) {
  EXPECT_EQ(interval_of(0s, 0s, {.floor = 60s, .ceiling = 240s}), 120s);
}

TEST(PollInterval, IsTheOperatorsWhereHeGaveOne) {
  const IntervalOptions options{.fixed = 1s};
  EXPECT_EQ(interval_of(10min, 5min, options), 1s);
  EXPECT_EQ(interval_after_gap(5min, options), 1s);
  EXPECT_EQ(wait_after_success(1s, 60min, options), 1s);
}

TEST(PollInterval, IsHalvedAfterASuspectedGapDownToTheFloor) {
  EXPECT_EQ(interval_after_gap(20min, {}), 10min);
  EXPECT_EQ(interval_after_gap(3min, {}), 2min);
}

TEST(PollInterval, HeedsAFeedsWishAsFarAsItsPriorityLets) {
  EXPECT_EQ(wait_after_success(10min, 45min, {.priority = Priority::low}), 45min);
  EXPECT_EQ(wait_after_success(10min, 45min, {.priority = Priority::normal}), 20min);
  EXPECT_EQ(wait_after_success(10min, 45min, {.priority = Priority::high}), 10min);
}

TEST(PollInterval, NeverWaitsLongerThanTheCeilingForAWish) {
  EXPECT_EQ(wait_after_success(10min, 24h, {.priority = Priority::low}), 60min);
  EXPECT_EQ(wait_after_success(50min, 24h, {.priority = Priority::normal}), 60min);
}

TEST(PollInterval, IsNotShortenedByAWish) {
  EXPECT_EQ(wait_after_success(10min, 1s, {}), 10min);
  EXPECT_EQ(wait_after_success(10min, std::nullopt, {}), 10min);
}

TEST(PollInterval, DoublesWithEachFailureInARowUpToItsCeiling) {
  EXPECT_EQ(wait_after_failure(1, 10min, {}), 10min);
  EXPECT_EQ(wait_after_failure(2, 10min, {}), 20min);
  EXPECT_EQ(wait_after_failure(5, 10min, {}), 160min);
  EXPECT_EQ(wait_after_failure(7, 10min, {}), 6h);
  EXPECT_EQ(wait_after_failure(1'000'000, 10min, {}), 6h);
}

TEST(PollInterval, WaitsAtLeastTheFloorAfterAFailure) {
  EXPECT_EQ(wait_after_failure(1, 0s, {}), 2min);
}

TEST(Jitter, MakesAWaitUpToATenthLonger) {
  for (const char* key : {"a", "b", "https://example.org/feed", ""}) {
    const auto wait = with_jitter(100s, key, 3);
    EXPECT_GE(wait, 100s) << key;
    EXPECT_LT(wait, 110s) << key;
  }
}

TEST(Jitter, IsTheSameForTheSameFeedAndTurn) {
  EXPECT_EQ(with_jitter(1h, "ecb", 7), with_jitter(1h, "ecb", 7));
}

TEST(Jitter, DiffersBetweenFeedsAndTurns) {
  EXPECT_NE(with_jitter(1h, "ecb", 7), with_jitter(1h, "ecb", 8));
  EXPECT_NE(with_jitter(1h, "ecb", 7), with_jitter(1h, "fed", 7));
}

TEST(FirstWait, SpreadsFeedsOverTheirInterval) {
  int early = 0;
  for (int feed = 0; feed < 100; ++feed) {
    const auto wait = first_wait(40min, std::to_string(feed), 2min);
    EXPECT_GE(wait, 10min);
    EXPECT_LE(wait, 40min);
    if (wait < 25min) ++early;
  }
  EXPECT_GT(early, 35);
  EXPECT_LT(early, 65);
}

TEST(FirstWait, StaysAboveTheFloor) {
  for (int feed = 0; feed < 20; ++feed)
    EXPECT_GE(first_wait(3min, std::to_string(feed), 2min), 2min);
}

}  // namespace
}  // namespace tocsin::poll
