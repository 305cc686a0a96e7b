// SPDX-License-Identifier: Apache-2.0
#include "pipeline/prune_timer.hpp"

#include <gtest/gtest.h>

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using Due = PruneTimer::Due;

/// A timer of ten minutes whose clocks run together until one is told to jump.
class PruneTimerTest : public ::testing::Test {
 protected:
  Due after(std::chrono::minutes passed, std::chrono::milliseconds jump = 0ms) {
    steady_ += passed;
    now_ += passed + jump;
    return timer_.look(now_, steady_);
  }

  PruneTimer timer_{10min};
  PruneTimer::Steady steady_{};
  Time now_{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2}};
};

TEST_F(PruneTimerTest, IsDueOnceInAnInterval) {
  EXPECT_EQ(after(0min), Due::no);
  EXPECT_EQ(after(9min), Due::no);
  EXPECT_EQ(after(1min), Due::now);
  EXPECT_EQ(after(9min), Due::no);
  EXPECT_EQ(after(1min), Due::now);
}

TEST_F(PruneTimerTest, IsDueAgainWhereThereIsMore) {
  after(0min);
  after(10min);
  timer_.again();
  EXPECT_EQ(after(0min), Due::now);
  EXPECT_EQ(after(0min), Due::no);
}

TEST_F(PruneTimerTest, IsNotDueForADayAfterTheClockHasJumped) {
  for (const auto jump : {std::chrono::milliseconds{24h * 365}, -std::chrono::milliseconds{24h}}) {
    timer_ = PruneTimer{10min};
    after(0min);
    timer_.again();
    EXPECT_EQ(after(1min, jump), Due::clock_jumped);
    EXPECT_EQ(after(60min), Due::no);
    EXPECT_EQ(after(22h), Due::no);
    EXPECT_EQ(after(1h), Due::now);
  }
}

TEST_F(PruneTimerTest, BearsWithAClockThatIsSetRightByMinutes) {
  after(0min);
  EXPECT_EQ(after(10min, 5min), Due::now);
  EXPECT_EQ(after(10min, -5min), Due::now);
}

}  // namespace
}  // namespace tocsin::pipeline
