// SPDX-License-Identifier: Apache-2.0
#include "poll/habits.hpp"

#include <gtest/gtest.h>

#include "base/time_format.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

// A Wednesday.
const Time noon = from_rfc3339("2024-05-01T12:00:00Z").value();

TEST(Rhythm, IsTheMedianOfTheLastItems) {
  EXPECT_EQ(rhythm_of({.last_new = noon, .rhythm = 30min}, noon + 1h), 30min);
}

TEST(Rhythm, SlowsDownInALongSilence) {
  EXPECT_EQ(rhythm_of({.last_new = noon, .rhythm = 30s}, noon + 40h), 2h);
}

TEST(Rhythm, StaysUnknownWhereItIs) {
  EXPECT_EQ(rhythm_of({.last_new = noon}, noon + 40h), 0s);
}

TEST(Rhythm, IsNotShortenedByAnItemOfTimeToCome) {
  EXPECT_EQ(rhythm_of({.last_new = noon + 24h * 365, .rhythm = 30min}, noon), 30min);
}

TEST(Busyness, IsOneWhereTooLittleIsKnown) {
  EXPECT_EQ(busyness({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 19}, noon, 1h), 1);
}

TEST(Busyness, IsTwiceAtMostInTheHoursThatBringItems) {
  EXPECT_EQ(busyness({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20}, noon, 30min), 2);
  EXPECT_EQ(busyness({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20}, noon - 3h, 30min), 1);
}

TEST(Busyness, ComparesWithTheAverageHour) {
  std::array<std::uint8_t, 24> hours{};
  hours.fill(10);
  EXPECT_EQ(busyness(hours, noon, 30min), 1);
  hours[12] = 15;
  EXPECT_NEAR(busyness(hours, noon, 30min), 24.0 * 15 / 245, 1e-9);
}

TEST(Busyness, LooksAheadToTheHourThatTheWaitEndsIn) {
  const std::array<std::uint8_t, 24> midnight{200};
  const Time late = noon + 11h + 50min;
  EXPECT_EQ(busyness(midnight, late, 30min), 2);
  EXPECT_EQ(busyness(midnight, late, 9min), 1);
}

TEST(Busyness, LooksAtEachHourOfALongWaitOnce) {
  const std::array<std::uint8_t, 24> midnight{200};
  EXPECT_EQ(busyness(midnight, noon, 24h * 30), 2);
}

TEST(OpenHour, IsNoWishOutsideSkippedHours) {
  EXPECT_EQ(wait_for_open_hour({.skip_hours = 1U << 13U}, noon, 30min), std::nullopt);
}

TEST(OpenHour, IsTheFirstAfterTheSkippedOnes) {
  const FeedState state{.skip_hours = (1U << 12U) | (1U << 13U)};
  EXPECT_EQ(wait_for_open_hour(state, noon, 30min), 2h);
}

TEST(OpenHour, MayBeTomorrow) {
  const FeedState state{.skip_hours = 0b1111U << 20U};
  EXPECT_EQ(wait_for_open_hour(state, noon + 10h, 0s), 2h);
}

TEST(OpenHour, IsTheFirstOfADayThatIsNotSkipped) {
  const FeedState state{.skip_days = (1U << 4U) | (1U << 5U)};  // Thursday and Friday
  EXPECT_EQ(wait_for_open_hour(state, noon, 11h), std::nullopt);
  EXPECT_EQ(wait_for_open_hour(state, noon, 12h), 12h + 48h) << "midnight UTC is Thursday's";
}

TEST(OpenHour, IsNoWishWhereThereIsNone) {
  EXPECT_EQ(wait_for_open_hour({.skip_days = 0x7F}, noon, 0s), std::nullopt);
  EXPECT_EQ(wait_for_open_hour({.skip_hours = 0xFFFFFF}, noon, 0s), std::nullopt);
}

FeedState at_interval(Seconds interval) {
  return {.interval = interval};
}

TEST(WaitByHabits, IsHalvedInTheHoursThatBringItems) {
  auto state = at_interval(40min);
  state.active_hours[12] = 100;
  EXPECT_EQ(wait_by_habits(state, noon, {}, {}), 20min);
  EXPECT_EQ(wait_by_habits(state, noon - 6h, {}, {}), 40min);
}

TEST(WaitByHabits, StaysAboveTheFloorInTheBusiestHour) {
  auto state = at_interval(3min);
  state.active_hours[12] = 100;
  EXPECT_EQ(wait_by_habits(state, noon, {}, {}), 2min);
}

TEST(WaitByHabits, HeedsTheLongestWishAsFarAsThePriorityLets) {
  auto state = at_interval(10min);
  state.ttl = 15min;
  EXPECT_EQ(wait_by_habits(state, noon, 12min, {}), 15min);
  EXPECT_EQ(wait_by_habits(state, noon, 18min, {}), 18min);
  state.skip_hours = 1U << 12U;
  EXPECT_EQ(wait_by_habits(state, noon, {}, {.priority = Priority::low}), 60min);
  EXPECT_EQ(wait_by_habits(state, noon, {}, {.priority = Priority::normal}), 20min);
  EXPECT_EQ(wait_by_habits(state, noon, {}, {.priority = Priority::high}), 10min);
}

TEST(WaitByHabits, LeavesTheOperatorsIntervalAlone) {
  auto state = at_interval(10min);
  state.active_hours[12] = 100;
  state.skip_hours = 1U << 12U;
  EXPECT_EQ(wait_by_habits(state, noon, 1h, {.fixed = 5min}), 5min);
}

}  // namespace
}  // namespace tocsin::poll
