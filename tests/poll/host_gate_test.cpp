// SPDX-License-Identifier: Apache-2.0
#include "poll/host_gate.hpp"

#include <gtest/gtest.h>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

std::optional<FeedNumber> taken(HostGate& gate, Time now) {
  const auto turn = gate.take_ready(now);
  if (!turn) return std::nullopt;
  return turn->feed;
}

TEST(HostGate, LetsTheFirstFeedThroughAtOnce) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  EXPECT_EQ(taken(gate, start), 1U);
}

TEST(HostGate, HasOneRequestAHostUnderWay) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.enqueue("a", 2, start);
  gate.enqueue("b", 3, start);
  EXPECT_EQ(taken(gate, start), 1U);
  EXPECT_EQ(taken(gate, start + 1h), 3U) << "another host is not held up";
  EXPECT_EQ(taken(gate, start + 1h), std::nullopt);
}

TEST(HostGate, PausesAfterEachRequest) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.enqueue("a", 2, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 3s);
  EXPECT_EQ(taken(gate, start + 2s), std::nullopt);
  EXPECT_EQ(taken(gate, start + 3s), 2U);
}

TEST(HostGate, RemembersThePauseForAFeedThatComesLater) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start);
  gate.enqueue("a", 2, start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 2s);
}

TEST(HostGate, IsSilentForAsLongAsTheHostAsked) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.bind("a", start + 1h);
  EXPECT_EQ(taken(gate, start + 59min), std::nullopt);
  EXPECT_EQ(taken(gate, start + 1h), 1U);
}

TEST(HostGate, KeepsSilenceAlsoPastTheEndOfARequestUnderWay) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.enqueue("a", 2, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.bind("a", start + 1h);
  gate.release("a", start);
  EXPECT_EQ(gate.next_ready(), start + 1h);
}

TEST(HostGate, ForgetsAWithdrawnFeed) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.withdraw("a", 1);
  EXPECT_EQ(taken(gate, start), std::nullopt);
  EXPECT_EQ(gate.next_ready(), std::nullopt);
}

TEST(HostGate, KeepsThePauseOfAHostWhenItIsTidied) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start);
  gate.tidy(start + 1s);
  gate.enqueue("a", 2, start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 2s);
}

TEST(HostGate, MovesWithTheClock) {
  HostGate gate{2s};
  gate.enqueue("a", 1, start);
  gate.shift(-30min);
  EXPECT_EQ(gate.next_ready(), start - 30min);
}

}  // namespace
}  // namespace tocsin::poll
