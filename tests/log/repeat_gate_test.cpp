// SPDX-License-Identifier: Apache-2.0
#include "log/repeat_gate.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tocsin::log {
namespace {

TEST(RepeatGate, TellsOnTheFirstSecondFourthAndEighthTime) {
  RepeatGate gate;
  std::vector<int> told;
  for (int time = 1; time <= 16; ++time) {
    if (gate.should_tell("ecb")) told.push_back(time);
  }
  EXPECT_EQ(told, (std::vector<int>{1, 2, 4, 8, 16}));
  EXPECT_EQ(gate.times("ecb"), 16U);
}

TEST(RepeatGate, CountsEachKeyApart) {
  RepeatGate gate;
  EXPECT_TRUE(gate.should_tell("ecb"));
  EXPECT_TRUE(gate.should_tell("fed"));
}

TEST(RepeatGate, BeginsAnewOnceTheFailureEnded) {
  RepeatGate gate;
  for (int i = 0; i < 3; ++i) static_cast<void>(gate.should_tell("ecb"));
  EXPECT_TRUE(gate.ended("ecb"));
  EXPECT_FALSE(gate.ended("ecb"));
  EXPECT_TRUE(gate.should_tell("ecb"));
}

TEST(RepeatGate, ForgetsTheKeyCountedLongestAgoWhenFull) {
  RepeatGate gate{2};
  for (const char* key : {"a", "b", "a", "c"}) static_cast<void>(gate.should_tell(key));
  EXPECT_EQ(gate.times("a"), 2U);
  EXPECT_EQ(gate.times("b"), 0U);
}

}  // namespace
}  // namespace tocsin::log
