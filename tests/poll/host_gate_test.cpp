// SPDX-License-Identifier: Apache-2.0
#include "poll/host_gate.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

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
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
}

TEST(HostGate, HasOneRequestAHostUnderWay) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.enqueue("a", {.feed = 2, .due = start}, start);
  gate.enqueue("b", {.feed = 3, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  EXPECT_EQ(taken(gate, start + 1h), 3U) << "another host is not held up";
  EXPECT_EQ(taken(gate, start + 1h), std::nullopt);
}

TEST(HostGate, PausesAfterEachRequest) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.enqueue("a", {.feed = 2, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 3s);
  EXPECT_EQ(taken(gate, start + 2s), std::nullopt);
  EXPECT_EQ(taken(gate, start + 3s), 2U);
}

TEST(HostGate, RemembersThePauseForAFeedThatComesLater) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start);
  gate.enqueue("a", {.feed = 2, .due = start + 1s}, start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 2s);
}

TEST(HostGate, IsSilentForAsLongAsTheHostAsked) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.bind("a", start + 1h);
  EXPECT_EQ(taken(gate, start + 59min), std::nullopt);
  EXPECT_EQ(taken(gate, start + 1h), 1U);
}

TEST(HostGate, KeepsSilenceAlsoPastTheEndOfARequestUnderWay) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.enqueue("a", {.feed = 2, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.bind("a", start + 1h);
  gate.release("a", start);
  EXPECT_EQ(gate.next_ready(), start + 1h);
}

TEST(HostGate, DoesNotPauseAfterATurnThatWasGivenBack) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.enqueue("a", {.feed = 2, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.give_back("a");
  EXPECT_EQ(taken(gate, start), 2U);
}

TEST(HostGate, PausesAfterARequestThatEndedAtTheHost) {
  HostGate gate{2s};
  gate.visited("a", start);
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  EXPECT_EQ(taken(gate, start + 1999ms), std::nullopt);
  EXPECT_EQ(taken(gate, start + 2s), 1U);
}

TEST(HostGate, LetsAHighPriorityOvertakeWhatWasDueShortlyBefore) {
  HostGate gate{0s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.enqueue("a", {.feed = 2, .due = start + 9min, .priority = Priority::high}, start + 9min);
  gate.enqueue("a", {.feed = 3, .due = start + 11min, .priority = Priority::high}, start + 11min);
  std::vector<std::optional<FeedNumber>> order;
  for (int i = 0; i < 3; ++i) {
    order.push_back(taken(gate, start + 11min));
    gate.release("a", start + 11min);
  }
  EXPECT_EQ(order, (std::vector<std::optional<FeedNumber>>{2, 1, 3}));
}

TEST(HostGate, ForgetsHostsThatNothingHasToBeRememberedOf) {
  HostGate gate{2s};
  gate.tidy(start);
  for (int i = 0; i < 3000; ++i) gate.visited("host" + std::to_string(i), start);
  gate.bind("bound", start + 1h);
  gate.tidy(start + 3s);
  EXPECT_EQ(gate.hosts(), 1U);
}

TEST(HostGate, KeepsThePauseOfAHostWhenItIsTidied) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  gate.release("a", start);
  gate.tidy(start + 1s);
  gate.enqueue("a", {.feed = 2, .due = start + 1s}, start + 1s);
  EXPECT_EQ(gate.next_ready(), start + 2s);
}

TEST(HostGate, TakesATurnOfBothHostsThatAFeedNeeds) {
  HostGate gate{2s};
  gate.enqueue("end", {.feed = 1, .due = start, .also = "a"}, start);
  gate.enqueue("end", {.feed = 2, .due = start, .also = "b"}, start);
  gate.enqueue("a", {.feed = 3, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 1U);
  EXPECT_EQ(taken(gate, start + 1h), std::nullopt) << "of either";
  gate.release("a", start + 1h);
  EXPECT_EQ(taken(gate, start + 2h), 3U);
  gate.release("end", start + 2h);
  EXPECT_EQ(taken(gate, start + 3h), 2U);
}

TEST(HostGate, HoldsUpNobodyForAFeedWhoseOtherHostIsSilent) {
  HostGate gate{2s};
  gate.bind("end", start + 1h);
  gate.enqueue("a", {.feed = 1, .due = start, .also = "end"}, start);
  gate.enqueue("a", {.feed = 2, .due = start}, start);
  EXPECT_EQ(taken(gate, start), 2U);
  EXPECT_EQ(gate.next_ready(), start + 1h);
  gate.release("a", start);
  EXPECT_EQ(taken(gate, start + 1h), 1U);
}

TEST(HostGate, MovesWithTheClock) {
  HostGate gate{2s};
  gate.enqueue("a", {.feed = 1, .due = start}, start);
  gate.shift(-30min);
  EXPECT_EQ(gate.next_ready(), start - 30min);
}

}  // namespace
}  // namespace tocsin::poll
