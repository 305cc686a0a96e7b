// SPDX-License-Identifier: Apache-2.0
#include "pipeline/seen_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::pipeline {
namespace {

using testing::ElementsAre;

constexpr std::size_t plenty = 1U << 20U;

TEST(SeenMemory, RemembersTheLastDocumentOfAFeed) {
  SeenMemory memory{plenty};
  memory.remember("a", {1, 2}, false);
  memory.remember("b", {7}, false);
  memory.remember("a", {2, 3}, false);
  ASSERT_NE(memory.find("a"), nullptr);
  EXPECT_THAT(*memory.find("a"), ElementsAre(2, 3));
  EXPECT_THAT(*memory.find("b"), ElementsAre(7));
  EXPECT_EQ(memory.find("c"), nullptr);
}

TEST(SeenMemory, AddsADeltaToWhatItKnows) {
  SeenMemory memory{plenty};
  memory.remember("a", {2}, true);
  memory.remember("a", {1, 3}, true);
  EXPECT_THAT(*memory.find("a"), ElementsAre(1, 2, 3));
}

TEST(SeenMemory, ForgetsTheFeedThatWasNotUsedForLongest) {
  SeenMemory memory{1000};
  memory.remember("a", {1}, false);
  memory.remember("b", {2}, false);
  memory.remember("c", {3}, false);
  EXPECT_NE(memory.find("a"), nullptr);
  memory.remember("d", {4}, false);
  EXPECT_EQ(memory.find("b"), nullptr);
  EXPECT_NE(memory.find("a"), nullptr);
}

TEST(SeenMemory, StaysWithinItsLimit) {
  SeenMemory memory{100'000};
  for (int i = 0; i < 1000; ++i) memory.remember(std::to_string(i), SeenItems(20, 7), i % 2 == 0);
  EXPECT_LE(memory.bytes(), 100'000U);
  EXPECT_GT(memory.bytes(), 99'000U);
}

TEST(SeenMemory, KeepsNothingThatIsLargerThanItsLimit) {
  SeenMemory memory{1000};
  memory.remember("a", SeenItems(1000, 7), false);
  EXPECT_EQ(memory.find("a"), nullptr);
  EXPECT_EQ(memory.bytes(), 0U);
}

TEST(SeenMemory, LeavesWhatItGaveOutAsItWas) {
  SeenMemory memory{plenty};
  memory.remember("a", {1}, false);
  const auto seen = memory.find("a");
  memory.remember("a", {2}, false);
  EXPECT_THAT(*seen, ElementsAre(1));
}

}  // namespace
}  // namespace tocsin::pipeline
