// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/dispatcher.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "alert/codec.hpp"
#include "support/fake_log.hpp"

namespace tocsin::plugin {
namespace {

using Kind = Step::Kind;

Frame frame(std::uint64_t seq) {
  return {.topic = "alert/floods/3/",
          .seq = seq,
          .payload = alert::encode(test::alert_of("floods"), seq)};
}

/// Answers with one outcome after the other, then with Ok.
struct FakeHandler {
  std::deque<Outcome> outcomes = {};
  std::vector<std::uint64_t> seen = {};
  std::vector<unsigned> attempts = {};

  Outcome operator()(const Alert&, const Delivery& delivery) {
    seen.push_back(delivery.seq);
    attempts.push_back(delivery.attempt);
    if (outcomes.empty()) return Ok{};
    Outcome next = outcomes.front();
    outcomes.pop_front();
    return next;
  }
};

class DispatcherTest : public testing::Test {
 protected:
  FakeHandler handler_;
  Dispatcher dispatcher_{
      [this](const Alert& alert, const Delivery& delivery) { return handler_(alert, delivery); },
      {.limit = 2}};
  Instant now_ = Instant{} + std::chrono::hours{1};
};

TEST_F(DispatcherTest, HandlesOneAlertAtATimeAndInOrder) {
  dispatcher_.add({frame(1), frame(2)});
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::handled);
  EXPECT_EQ(handler_.seen, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::handled);
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::idle);
  EXPECT_EQ(dispatcher_.handled(), 2U);
}

TEST_F(DispatcherTest, CutsAReasonToWhatTheDaemonTakes) {
  const std::string endless(100'000, 'x');
  handler_.outcomes = {Drop{.reason = endless}, Drop{.reason = "caf\xe9"}, Halt{.reason = endless}};
  dispatcher_.add({frame(1), frame(2), frame(3)});
  EXPECT_EQ(dispatcher_.step(now_).reason, endless.substr(0, 500));
  EXPECT_EQ(dispatcher_.last_error().size(), 500U);
  EXPECT_EQ(dispatcher_.step(now_).reason, "caf\uFFFD");
  EXPECT_EQ(dispatcher_.step(now_).reason.size(), 500U);
}

TEST(Dispatcher, TriesAgainWhateverTheHandlerThrows) {
  Dispatcher dispatcher{[](const Alert&, const Delivery&) -> Outcome { throw 5; }, {.limit = 2}};
  dispatcher.add({frame(1)});
  EXPECT_EQ(dispatcher.step(Instant{}).kind, Kind::retrying);
}

TEST_F(DispatcherTest, KeepsAlertsBehindOneThatIsTriedAgain) {
  handler_.outcomes = {Retry{.after = std::chrono::seconds{5}, .reason = "down"}};
  dispatcher_.add({frame(1), frame(2)});
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::retrying);
  EXPECT_EQ(dispatcher_.step(now_ + std::chrono::seconds{4}).kind, Kind::idle);
  EXPECT_EQ(dispatcher_.last_error(), "down");
  EXPECT_EQ(dispatcher_.step(now_ + std::chrono::seconds{5}).kind, Kind::handled);
  EXPECT_EQ(handler_.seen, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(handler_.attempts, (std::vector<unsigned>{1, 2}));
  EXPECT_EQ(dispatcher_.last_error(), "");
}

TEST_F(DispatcherTest, DoublesThePauseUpToFiveMinutes) {
  handler_.outcomes.assign(30, Retry{.after = std::chrono::seconds{5}, .reason = "down"});
  dispatcher_.add({frame(1)});
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::seconds{5});
  now_ = dispatcher_.due().value();
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::seconds{10});
  for (int i = 0; i < 20; ++i) {
    now_ = dispatcher_.due().value();
    static_cast<void>(dispatcher_.step(now_));
  }
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::minutes{5});
}

TEST_F(DispatcherTest, PausesEachTimeAsLongAsTheTargetAskedFor) {
  handler_.outcomes.assign(9, Retry{.after = std::chrono::seconds{7}, .is_exact = true});
  handler_.outcomes.push_back(Retry{.after = std::chrono::days{2}, .is_exact = true});
  dispatcher_.add({frame(1)});
  for (int i = 0; i < 9; ++i) {
    static_cast<void>(dispatcher_.step(now_));
    EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::seconds{7});
    now_ = dispatcher_.due().value();
  }
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::hours{1});
}

TEST_F(DispatcherTest, PausesAsLongAsTheHandlerWishes) {
  handler_.outcomes = {Retry{.after = std::chrono::minutes{20}, .reason = "down"},
                       Retry{.after = std::chrono::minutes{20}, .reason = "down"}};
  dispatcher_.add({frame(1)});
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::minutes{20});
  now_ = dispatcher_.due().value();
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.due().value() - now_, std::chrono::minutes{20});
}

/// A reader with a durable name: what it cannot handle goes back to the daemon.
class DurableDispatcher : public DispatcherTest {
 protected:
  DurableDispatcher() {
    dispatcher_ = Dispatcher{
        [this](const Alert& alert, const Delivery& delivery) { return handler_(alert, delivery); },
        {.limit = 9, .quick_tries = 2, .is_durable = true}};
  }
};

TEST_F(DurableDispatcher, GivesAnAlertBackAfterAFewTries) {
  handler_.outcomes = {Retry{.reason = "down"}, Retry{.reason = "still down"}};
  dispatcher_.add({frame(1), frame(2)});
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::retrying);
  const Step step = dispatcher_.step(dispatcher_.due().value());
  EXPECT_EQ(step.kind, Kind::given_back);
  EXPECT_EQ(step.seq, 1U);
  EXPECT_EQ(step.attempt, 1U);
  EXPECT_EQ(step.reason, "still down");
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::handled);
  EXPECT_EQ(handler_.seen, (std::vector<std::uint64_t>{1, 1, 2}));
}

TEST_F(DurableDispatcher, KeepsAnAlertThatIsToHoldUpThoseBehindIt) {
  handler_.outcomes.assign(5, Retry{.reason = "target down", .holds_up = true});
  dispatcher_.add({frame(1), frame(2)});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(dispatcher_.step(now_).kind, Kind::retrying);
    EXPECT_EQ(dispatcher_.step(now_).kind, Kind::idle);
    now_ = dispatcher_.due().value();
  }
  EXPECT_EQ(dispatcher_.step(now_).seq, 1U);
  EXPECT_EQ(dispatcher_.step(now_).seq, 2U);
}

TEST_F(DurableDispatcher, GivesAnAlertBackAtOnceThatIsToWaitLonger) {
  handler_.outcomes = {Retry{.after = std::chrono::minutes{2}, .reason = "429"}};
  dispatcher_.add({frame(1)});
  const Step step = dispatcher_.step(now_);
  EXPECT_EQ(step.kind, Kind::given_back);
  EXPECT_EQ(step.retry_after, std::chrono::minutes{2});
}

TEST_F(DurableDispatcher, LetsNothingBeAcknowledgedThatTheDaemonHasNotWrittenDown) {
  handler_.outcomes = {Retry{.after = std::chrono::minutes{2}}, Drop{"no such room"}};
  dispatcher_.add({frame(4), frame(6)});
  static_cast<void>(dispatcher_.step(now_));
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.safe(9), 3U);
  dispatcher_.settled(4);
  EXPECT_EQ(dispatcher_.safe(9), 5U);
  dispatcher_.settled(6);
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(DurableDispatcher, TellsWhichDeliveryIsGivenBackAgain) {
  handler_.outcomes = {Retry{.after = std::chrono::minutes{2}}};
  Frame again = frame(3);
  again.attempt = 4;
  again.is_redelivery = true;
  dispatcher_.add({again});
  EXPECT_EQ(dispatcher_.safe(9), 9U);
  const Step step = dispatcher_.step(now_);
  EXPECT_EQ(step.attempt, 4U);
  EXPECT_TRUE(step.is_redelivery);
  EXPECT_EQ(dispatcher_.safe(9), 9U);
  EXPECT_EQ(handler_.attempts, (std::vector<unsigned>{4}));
}

TEST_F(DispatcherTest, PassesOverWhatTheHandlerDrops) {
  handler_.outcomes = {Drop{"no such room"}};
  dispatcher_.add({frame(1), frame(2)});
  const Step step = dispatcher_.step(now_);
  EXPECT_EQ(step.kind, Kind::dropped);
  EXPECT_EQ(step.reason, "no such room");
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::handled);
  EXPECT_EQ(dispatcher_.failed(), 1U);
}

TEST_F(DispatcherTest, PassesOverWhatCannotBeRead) {
  dispatcher_.add({{.topic = "alert/floods/3/", .seq = 1, .payload = "nonsense"}});
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::dropped);
  EXPECT_TRUE(handler_.seen.empty());
}

TEST_F(DispatcherTest, TriesAgainWhereTheHandlerThrows) {
  Dispatcher dispatcher{
      [](const Alert&, const Delivery&) -> Outcome { throw std::runtime_error{"broken pipe"}; },
      {.limit = 2}};
  dispatcher.add({frame(1)});
  EXPECT_EQ(dispatcher.step(now_).kind, Kind::retrying);
  EXPECT_EQ(dispatcher.last_error(), "broken pipe");
}

TEST_F(DispatcherTest, KeepsTheAlertAtWhichItHalts) {
  handler_.outcomes = {Halt{"full"}};
  dispatcher_.add({frame(4)});
  EXPECT_EQ(dispatcher_.step(now_).kind, Kind::halted);
  EXPECT_EQ(dispatcher_.safe(9), 3U);
  EXPECT_EQ(dispatcher_.last_error(), "full");
}

TEST_F(DispatcherTest, TellsWhetherStartingAgainWouldHelp) {
  handler_.outcomes = {Halt{"full"}, Halt{.reason = "gone", .is_final = true}};
  dispatcher_.add({frame(4)});
  EXPECT_FALSE(dispatcher_.step(now_).is_final);
  EXPECT_TRUE(dispatcher_.step(now_).is_final);
}

TEST_F(DispatcherTest, LetsNothingBeAcknowledgedThatStillWaits) {
  dispatcher_.add({frame(8), frame(6)});
  EXPECT_EQ(dispatcher_.safe(9), 5U);
  static_cast<void>(dispatcher_.step(now_));
  static_cast<void>(dispatcher_.step(now_));
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(DispatcherTest, HasNoRoomBeyondItsLimit) {
  EXPECT_TRUE(dispatcher_.has_room());
  dispatcher_.add({frame(1), frame(2)});
  EXPECT_FALSE(dispatcher_.has_room());
}

/// Answers everything with `Later`.
class DispatcherOfWork : public testing::Test {
 protected:
  Dispatcher durable(std::size_t at_once) {
    return Dispatcher{[](const auto&, const auto&) { return Later{}; },
                      {.quick_tries = 3, .is_durable = true, .at_once = at_once}};
  }

  Instant now_ = Instant{} + std::chrono::hours{1};
};

TEST_F(DispatcherOfWork, GoesOnWhileThereIsRoomForMore) {
  auto dispatcher = durable(2);
  dispatcher.add({frame(1), frame(2), frame(3)});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(dispatcher.step(now_).kind, Kind::idle);
  EXPECT_FALSE(dispatcher.due());
  EXPECT_EQ(dispatcher.finish({2, Ok{}}, now_).kind, Kind::handled);
  EXPECT_TRUE(dispatcher.due());
}

TEST_F(DispatcherOfWork, AcknowledgesNothingBeyondWhatIsAtWork) {
  auto dispatcher = durable(2);
  dispatcher.add({frame(1), frame(2)});
  for (int i = 0; i < 2; ++i) static_cast<void>(dispatcher.step(now_));
  EXPECT_EQ(dispatcher.finish({2, Ok{}}, now_).kind, Kind::handled);
  EXPECT_EQ(dispatcher.safe(2), 0U);
  EXPECT_EQ(dispatcher.finish({1, Ok{}}, now_).kind, Kind::handled);
  EXPECT_EQ(dispatcher.safe(2), 2U);
  EXPECT_FALSE(dispatcher.is_at_work());
}

TEST_F(DispatcherOfWork, GivesBackWhatIsToBeTriedAgain) {
  auto dispatcher = durable(1);
  dispatcher.add({frame(1)});
  static_cast<void>(dispatcher.step(now_));
  const Step step = dispatcher.finish({1, Retry{.reason = "busy"}}, now_);
  EXPECT_EQ(step.kind, Kind::given_back);
  EXPECT_EQ(step.reason, "busy");
  EXPECT_EQ(dispatcher.last_error(), "busy");
}

TEST_F(DispatcherOfWork, HoldsBackWhatCannotBeGivenBack) {
  Dispatcher dispatcher{[](const auto&, const auto&) { return Later{}; }, {.at_once = 2}};
  dispatcher.add({frame(1), frame(2), frame(3)});
  for (int i = 0; i < 2; ++i) static_cast<void>(dispatcher.step(now_));
  EXPECT_EQ(dispatcher.finish({1, Retry{.after = std::chrono::seconds{5}}}, now_).kind,
            Kind::retrying);
  EXPECT_EQ(dispatcher.due().value() - now_, std::chrono::seconds{5});
  EXPECT_EQ(dispatcher.finish({2, Drop{"never"}}, now_).kind, Kind::dropped);
  EXPECT_EQ(dispatcher.due().value() - now_, std::chrono::seconds{5});
}

TEST_F(DispatcherOfWork, ForgetsTheWorkOfAnotherLog) {
  auto dispatcher = durable(1);
  dispatcher.add({frame(1)});
  static_cast<void>(dispatcher.step(now_));
  dispatcher.forget_unsettled();
  EXPECT_EQ(dispatcher.finish({1, Retry{}}, now_).kind, Kind::idle);
}

}  // namespace
}  // namespace tocsin::plugin
