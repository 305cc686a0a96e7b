// SPDX-License-Identifier: Apache-2.0
#include "poll/schedule.hpp"

#include <gtest/gtest.h>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

TEST(Schedule, GivesOutWhatHasBeenDueLongestFirst) {
  Schedule schedule;
  schedule.put(1, start + 2s);
  schedule.put(2, start + 1s);
  EXPECT_EQ(schedule.take_due(start + 5s), 2U);
  EXPECT_EQ(schedule.take_due(start + 5s), 1U);
  EXPECT_EQ(schedule.take_due(start + 5s), std::nullopt);
}

TEST(Schedule, KeepsWhatIsNotYetDue) {
  Schedule schedule;
  schedule.put(1, start + 2s);
  EXPECT_EQ(schedule.take_due(start + 1s), std::nullopt);
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
  EXPECT_EQ(schedule.take_due(start), std::nullopt);
}

TEST(Schedule, MovesWithTheClock) {
  Schedule schedule;
  schedule.put(1, start);
  schedule.shift(-30min);
  EXPECT_EQ(schedule.take_due(start - 30min), 1U);
}

}  // namespace
}  // namespace tocsin::poll
