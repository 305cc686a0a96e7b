// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

using namespace std::chrono_literals;

TEST(ManualClock, StandsStillUntilTold) {
  ManualClock clock{Time{5s}};
  EXPECT_EQ(clock.now(), Time{5s});
  clock.advance(250ms);
  EXPECT_EQ(clock.now(), Time{5250ms});
  clock.set(Time{1s});
  EXPECT_EQ(clock.now(), Time{1s});
}

TEST(SystemClock, IsInThisMillennium) {
  EXPECT_GT(SystemClock{}.now(), Time{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}});
}

}  // namespace
}  // namespace tocsin
