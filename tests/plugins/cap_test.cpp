// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/cap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "alert/codec.hpp"
#include "sdk/cpp/src/dispatcher.hpp"
#include "support/fake_log.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::plugin {
namespace {

using namespace std::chrono_literals;
using Kind = Step::Kind;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr Time day{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}};
constexpr Instant start = Instant{} + 1h;

alert::Alert alert_number(std::uint64_t seq, int severity = 3,
                          const std::string& topic = "floods") {
  alert::Alert alert = test::alert_of(topic, severity);
  alert.id = "a" + std::to_string(seq);
  alert.item.title = "Title " + std::to_string(seq);
  return alert;
}

Frame frame_of(const alert::Alert& alert, std::uint64_t seq) {
  return {.topic = alert::topic_frame(alert), .seq = seq, .payload = alert::encode(alert, seq)};
}

Frame frame(std::uint64_t seq, int severity = 3) {
  return frame_of(alert_number(seq, severity), seq);
}

class CapTest : public testing::Test {
 protected:
  bool admits(std::uint64_t seq, Instant now, int severity = 3) {
    return cap_.admits(alert_number(seq, severity), frame(seq, severity), now);
  }

  void hold(const alert::Alert& alert, std::uint64_t seq, Time now = day) {
    cap_.hold(alert, frame_of(alert, seq), now);
  }

  alert::Alert summary(Time now = day) {
    return alert::decode(cap_.summary(now).payload).value().alert;
  }

  Cap cap_{{.max_per_hour = 2, .let_through = 1}, "desk"};
};

TEST_F(CapTest, AdmitsEverythingWhereThereIsNone) {
  Cap cap{{}, "desk"};
  for (std::uint64_t seq = 1; seq < 100; ++seq) {
    ASSERT_TRUE(cap.admits(alert_number(seq), frame(seq), start));
  }
}

TEST_F(CapTest, AdmitsSoManyFromTheFirstOnAndAgainWhenTheWindowIsOver) {
  EXPECT_TRUE(admits(1, start));
  EXPECT_TRUE(admits(2, start + 30min));
  EXPECT_FALSE(admits(3, start + 1h - 1ms));
  EXPECT_TRUE(admits(4, start + 1h));
  EXPECT_TRUE(admits(5, start + 1h));
  EXPECT_FALSE(admits(6, start + 2h - 1ms));
  EXPECT_TRUE(admits(7, start + 2h));
}

TEST_F(CapTest, BeginsTheWindowWithAnAlertAndNotByTheClock) {
  EXPECT_TRUE(admits(1, start));
  EXPECT_TRUE(admits(2, start + 90min));
  EXPECT_TRUE(admits(3, start + 91min));
  EXPECT_FALSE(admits(4, start + 149min));
}

TEST_F(CapTest, LetsUrgentOnesThroughAndCountsThem) {
  EXPECT_TRUE(admits(1, start, 1));
  EXPECT_TRUE(admits(2, start, 1));
  EXPECT_TRUE(admits(3, start, 1));
  EXPECT_FALSE(admits(4, start, 2));
}

TEST_F(CapTest, LetsThroughWhatWasGivenBackBeforeAndCountsIt) {
  Frame again = frame(1);
  again.is_redelivery = true;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(cap_.admits(alert_number(1), again, start));
  EXPECT_FALSE(admits(2, start));
}

TEST_F(CapTest, HasNothingToTellWhereNothingIsHeld) {
  static_cast<void>(admits(1, start));
  EXPECT_EQ(cap_.due(), std::nullopt);
  EXPECT_EQ(cap_.first(), std::nullopt);
}

TEST_F(CapTest, TellsWhatIsHeldAtTheEndOfTheWindow) {
  static_cast<void>(admits(1, start));
  hold(alert_number(7, 4), 7, day);
  hold(alert_number(5, 3), 5, day + 20min);
  EXPECT_EQ(cap_.due(), start + 1h);
  EXPECT_EQ(cap_.first(), 5U);
  const Frame frame = cap_.summary(day + 1h);
  EXPECT_TRUE(frame.is_summary);
  EXPECT_EQ(frame.seq, 7U);
  EXPECT_EQ(frame.topic, "alert/floods/3/");
  const auto decoded = alert::decode(frame.payload).value();
  EXPECT_EQ(decoded.sequence, 7U);
  EXPECT_EQ(decoded.alert.kind, alert::Kind::digest);
  EXPECT_EQ(decoded.alert.severity, 3);
  EXPECT_EQ(decoded.alert.match.topic, "floods");
  EXPECT_EQ(decoded.alert.item.title, "2 more alerts were held: floods");
  const alert::DigestPart digest = decoded.alert.digest.value();
  EXPECT_EQ(digest.count, 2);
  EXPECT_EQ(digest.more, 0);
  EXPECT_EQ(digest.since, day);
  EXPECT_EQ(digest.until, day + 20min);
  EXPECT_THAT(digest.reasons, ElementsAre(std::pair{std::string{"cap"}, 2}));
  EXPECT_EQ(digest.items.at(0).title, "Title 7");
  EXPECT_EQ(digest.items.at(1).source, "example.org");
}

TEST_F(CapTest, KeepsTheTopicFrameOfAlertsThatShareIt) {
  alert::Alert said = test::sample_operator_alert();
  hold(said, 1);
  const Frame frame = cap_.summary(day);
  EXPECT_EQ(frame.topic, "ops/feed.failing/6/");
  EXPECT_THAT(alert::decode(frame.payload).value().alert.item.summary, HasSubstr("failed 8 times"));
}

TEST_F(CapTest, NamesTheFirstTopicsAndStandsForSeveral) {
  for (std::uint64_t seq = 1; seq <= 6; ++seq) {
    hold(alert_number(seq, 3, "topic-" + std::to_string(seq)), seq);
  }
  const Frame frame = cap_.summary(day);
  EXPECT_EQ(frame.topic, "alert/several-topics/3/");
  EXPECT_THAT(alert::decode(frame.payload).value().alert.item.title,
              EndsWith(": topic-1, topic-2, topic-3 and others"));
}

TEST_F(CapTest, ListsTheOldestAndCountsTheRest) {
  for (std::uint64_t seq = 1; seq <= 1000; ++seq) hold(alert_number(seq), seq);
  EXPECT_EQ(cap_.held(), 1000);
  const alert::Alert told = summary();
  EXPECT_EQ(told.digest->items.size(), 50U);
  EXPECT_EQ(told.digest->more, 950);
  EXPECT_EQ(told.digest->items.back().title, "Title 50");
  EXPECT_THAT(told.item.summary, EndsWith("- Title 10\nand 990 more"));
}

TEST_F(CapTest, FitsAPayloadWhateverTheAlertsHold) {
  for (std::uint64_t seq = 1; seq <= 60; ++seq) {
    alert::Alert alert = alert_number(seq);
    alert.item.title = std::string(1000, '"');
    alert.item.url = "https://example.org/" + std::string(2000, 'x');
    alert.item.id = std::string(64, '\\');
    hold(alert, seq);
  }
  EXPECT_LE(cap_.summary(day).payload.size(), alert::payload_limit);
}

TEST_F(CapTest, GivesASummaryAnIdThatComesAgain) {
  hold(alert_number(5), 5);
  hold(alert_number(6), 6);
  const std::string id = summary().id;
  Cap again{{.max_per_hour = 2}, "desk"};
  again.hold(alert_number(5), frame(5), day + 1h);
  EXPECT_EQ(alert::decode(again.summary(day + 3h).payload).value().alert.id, id);
  Cap other{{.max_per_hour = 2}, "wall"};
  other.hold(alert_number(5), frame(5), day);
  EXPECT_NE(alert::decode(other.summary(day).payload).value().alert.id, id);
  // As the Python library's: python_sdk_test.py has the same.
  EXPECT_EQ(id, "3c02db5f5e5fdb1f900985a98d731914");
}

TEST_F(CapTest, TellsTheSameAgainWhenItIsPutBackAndKeepsWhatCameMeanwhile) {
  static_cast<void>(admits(1, start));
  hold(alert_number(5), 5);
  const std::string id = summary().id;
  EXPECT_EQ(cap_.due(), std::nullopt);
  hold(alert_number(6), 6);
  cap_.put_back(start + 2h);
  EXPECT_EQ(cap_.due(), start + 2h);
  EXPECT_EQ(cap_.held(), 2);
  EXPECT_EQ(cap_.first(), 5U);
  const alert::Alert again = summary();
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(again.digest->count, 1);
  cap_.told();
  EXPECT_EQ(cap_.first(), 6U);
  EXPECT_EQ(cap_.due(), start + 1h);
}

/// A dispatcher with a cap of one alert an hour.
class CappedDispatcher : public testing::Test {
 protected:
  Dispatcher make(DispatcherOptions options) {
    options.cap = {.max_per_hour = 1, .let_through = 1};
    options.subscriber = "desk";
    options.time_of_day = [] {
      return day;
    };
    return Dispatcher{[this](const Alert& alert, const Delivery& delivery) -> Outcome {
                        seen_.push_back(delivery.seq);
                        if (alert.digest) told_.push_back(alert.digest->count);
                        if (outcomes_.empty()) return Ok{};
                        Outcome next = outcomes_.front();
                        outcomes_.pop_front();
                        return next;
                      },
                      std::move(options)};
  }

  /// Steps until nothing is left to do at `now`.
  std::vector<Kind> steps(Instant now) {
    std::vector<Kind> kinds;
    for (Step step = dispatcher_.step(now); step.kind != Kind::idle; step = dispatcher_.step(now)) {
      kinds.push_back(step.kind);
    }
    return kinds;
  }

  std::deque<Outcome> outcomes_;
  std::vector<std::uint64_t> seen_;
  std::vector<std::int64_t> told_;
  Dispatcher dispatcher_ = make({.limit = 3, .quick_tries = 2, .is_durable = true});
};

TEST_F(CappedDispatcher, HoldsWhatIsBeyondTheCapAndTellsItAsOne) {
  dispatcher_.add({frame(1), frame(2), frame(3), frame(4, 1)});
  EXPECT_THAT(steps(start), ElementsAre(Kind::handled, Kind::held, Kind::held, Kind::handled));
  EXPECT_THAT(seen_, ElementsAre(1, 4));
  EXPECT_EQ(dispatcher_.due(), start + 1h);
  EXPECT_THAT(steps(start + 1h), ElementsAre(Kind::handled));
  EXPECT_THAT(told_, ElementsAre(2));
  EXPECT_EQ(dispatcher_.due(), std::nullopt);
}

TEST_F(CappedDispatcher, AcknowledgesNothingBeyondTheFirstThatIsHeld) {
  dispatcher_.add({frame(1), frame(2), frame(3, 1)});
  static_cast<void>(steps(start));
  EXPECT_EQ(dispatcher_.safe(9), 1U);
  static_cast<void>(steps(start + 1h));
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(CappedDispatcher, HasRoomWhateverIsHeld) {
  for (std::uint64_t seq = 1; seq <= 50; ++seq) {
    dispatcher_.add({frame(seq)});
    static_cast<void>(steps(start));
  }
  EXPECT_TRUE(dispatcher_.has_room());
  EXPECT_FALSE(dispatcher_.has_waiting());
  EXPECT_EQ(dispatcher_.held(), 49);
}

TEST_F(CappedDispatcher, TellsWhatWasHeldBeforeWhatComesThen) {
  dispatcher_.add({frame(1), frame(2)});
  static_cast<void>(steps(start));
  dispatcher_.add({frame(3)});
  EXPECT_THAT(steps(start + 1h), ElementsAre(Kind::handled, Kind::handled));
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3));
  EXPECT_THAT(told_, ElementsAre(1));
}

TEST_F(CappedDispatcher, CountsAnAlertOnceHoweverOftenItIsTried) {
  dispatcher_ = make({.limit = 3});
  outcomes_ = {Retry{.after = 1s}, Retry{.after = 1s}};
  dispatcher_.add({frame(1)});
  EXPECT_THAT(steps(start), ElementsAre(Kind::retrying));
  EXPECT_THAT(steps(start + 1s), ElementsAre(Kind::retrying));
  EXPECT_THAT(steps(start + 3s), ElementsAre(Kind::handled));
}

TEST_F(CappedDispatcher, KeepsASummaryThatCannotBeHandledAndGoesOnMeanwhile) {
  dispatcher_.add({frame(1), frame(2)});
  static_cast<void>(steps(start));
  outcomes_ = {Retry{.after = 2s, .reason = "down"}};
  Step step = dispatcher_.step(start + 1h);
  EXPECT_EQ(step.kind, Kind::given_back);
  EXPECT_EQ(step.summary_of, 1);
  dispatcher_.add({frame(3)});
  EXPECT_EQ(dispatcher_.step(start + 1h).kind, Kind::handled);
  EXPECT_EQ(dispatcher_.safe(9), 1U);
  EXPECT_EQ(dispatcher_.due(), start + 1h + 5s);
  EXPECT_THAT(steps(start + 1h + 5s), ElementsAre(Kind::handled));
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3, 2));
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(CappedDispatcher, HoldsUpAlertsBehindASummaryWhereOrderIsKept) {
  dispatcher_ = make({.limit = 3, .is_durable = true});
  dispatcher_.add({frame(1), frame(2)});
  static_cast<void>(steps(start));
  outcomes_ = {Retry{.after = 2s, .reason = "down"}};
  dispatcher_.add({frame(3)});
  EXPECT_THAT(steps(start + 1h), ElementsAre(Kind::retrying));
  EXPECT_THAT(steps(start + 1h + 2s), ElementsAre(Kind::handled, Kind::handled));
  EXPECT_THAT(seen_, ElementsAre(1, 2, 2, 3));
}

TEST_F(CappedDispatcher, GivesUpWhatIsHeldWithItsSummary) {
  dispatcher_.add({frame(1), frame(2), frame(3)});
  static_cast<void>(steps(start));
  outcomes_ = {Drop{"too long"}};
  const Step step = dispatcher_.step(start + 1h);
  EXPECT_EQ(step.kind, Kind::dropped);
  EXPECT_EQ(step.summary_of, 2);
  EXPECT_EQ(dispatcher_.failed(), 1U);
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(CappedDispatcher, WaitsForASummaryThatIsAtWork) {
  dispatcher_.add({frame(1), frame(2)});
  static_cast<void>(steps(start));
  outcomes_ = {Later{}};
  static_cast<void>(dispatcher_.step(start + 1h));
  EXPECT_TRUE(dispatcher_.is_at_work());
  EXPECT_EQ(dispatcher_.safe(9), 1U);
  EXPECT_EQ(dispatcher_.finish({.seq = 2, .outcome = Retry{.reason = "down"}}, start + 1h).kind,
            Kind::given_back);
  EXPECT_EQ(dispatcher_.safe(9), 1U);
  outcomes_ = {Later{}};
  static_cast<void>(dispatcher_.step(start + 2h));
  EXPECT_EQ(dispatcher_.finish({.seq = 2, .outcome = Ok{}}, start + 2h).summary_of, 1);
  EXPECT_EQ(dispatcher_.safe(9), 9U);
}

TEST_F(CappedDispatcher, TellsASummaryAgainThatWasAtWorkWhenTheLogBecameAnother) {
  dispatcher_.add({frame(1), frame(2)});
  static_cast<void>(steps(start));
  outcomes_ = {Later{}};
  static_cast<void>(dispatcher_.step(start + 1h));
  dispatcher_.forget_unsettled();
  EXPECT_THAT(steps(start + 1h), ElementsAre(Kind::handled));
  EXPECT_THAT(told_, ElementsAre(1, 1));
}

TEST_F(CappedDispatcher, ComesBehindAnAlertThatIsBeingTriedAgain) {
  dispatcher_ = make({.limit = 3});
  dispatcher_.add({frame(1), frame(2), frame(3, 1)});
  EXPECT_EQ(dispatcher_.step(start).kind, Kind::handled);
  EXPECT_EQ(dispatcher_.step(start).kind, Kind::held);
  outcomes_ = {Retry{.after = 1h}};
  EXPECT_EQ(dispatcher_.step(start).kind, Kind::retrying);
  EXPECT_THAT(steps(start + 1h), ElementsAre(Kind::handled, Kind::handled));
  EXPECT_THAT(seen_, ElementsAre(1, 3, 3, 2));
}

}  // namespace
}  // namespace tocsin::plugin
