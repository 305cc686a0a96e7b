// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bus/router.hpp"
#include "support/fake_log.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A router whose ledger answers when the test says so.
class RouterDelivery : public testing::Test {
 protected:
  struct Told {
    std::string verb;
    json object;
    std::vector<std::string> payload;
  };

  RouterDelivery() {
    for (int i = 0; i < 9; ++i) log_.append("floods");
    say("HELLO", {{"name", "mail"}});
    told_.clear();
  }

  void say(const std::string& verb, const json& object) {
    const std::string text = object.dump();
    router_.handle({.id = "a", .uid = 0}, parse({"", "TCS1", verb, text}), {});
  }

  /// What the ledger answered reaches the wire thread.
  void deliver() {
    for (const Answer& answer : std::exchange(answers_, {})) router_.deliver(answer);
  }

  void answer(Result<Settled> settled) {
    settle_.front()(std::move(settled));
    settle_.erase(settle_.begin());
    deliver();
  }

  std::string code() const { return told_.empty() ? "" : told_.back().object.value("code", ""); }

  test::FakeLog log_;
  std::unique_ptr<alert::LogReader> reader_ = log_.reader();
  std::vector<Verdict> verdicts_;
  std::vector<SettledReply> settle_;
  std::vector<DueRequest> dues_;
  std::vector<DueReply> due_;
  std::vector<Told> told_;
  std::vector<Answer> answers_;
  WireCallbacks callbacks_{.on_verdict =
                               [this](Verdict verdict, SettledReply reply) {
                                 verdicts_.push_back(std::move(verdict));
                                 settle_.push_back(std::move(reply));
                               },
                           .on_due =
                               [this](DueRequest request, DueReply reply) {
                                 dues_.push_back(std::move(request));
                                 due_.push_back(std::move(reply));
                               }};
  ManualClock clock_;
  Counters counters_;
  Router router_{{.log = *reader_,
                  .clock = clock_,
                  .callbacks = callbacks_,
                  .counters = counters_,
                  .send =
                      [this](const std::string&, const Reply& reply) {
                        told_.push_back({reply.verb, json::parse(reply.json), reply.payload});
                        return Sent::ok;
                      },
                  .bring_back =
                      [this](Answer answer) {
                        answers_.push_back(std::move(answer));
                      }},
                 {}};
};

TEST_F(RouterDelivery, WelcomesANewNameOnceItsPlaceIsStored) {
  std::vector<std::pair<alert::Acknowledgement, StoredReply>> names;
  callbacks_.on_new_name = [&names](alert::Acknowledgement place, StoredReply reply) {
    names.emplace_back(std::move(place), std::move(reply));
  };
  say("HELLO", {{"name", "archive"}, {"req", 3}});
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].first.subscriber, "archive");
  EXPECT_EQ(names[0].first.seq, 9U);
  EXPECT_TRUE(told_.empty());
  names[0].second({});
  deliver();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].verb, "WELCOME");
  EXPECT_EQ(told_[0].object["req"], 3);
  say("HELLO", {{"name", "archive"}});
  EXPECT_EQ(names.size(), 1U);  // it is known now
  EXPECT_EQ(told_.size(), 2U);
}

TEST_F(RouterDelivery, RemembersNoPlaceOfANewNameThatWasForgottenMeanwhile) {
  std::vector<std::pair<alert::Acknowledgement, StoredReply>> names;
  callbacks_.on_new_name = [&names](alert::Acknowledgement place, StoredReply reply) {
    names.emplace_back(std::move(place), std::move(reply));
  };
  say("HELLO", {{"name", "archive"}});
  say("BYE", json::object());
  names[0].second({});
  ASSERT_TRUE(router_.begin_forgetting("archive", {}));
  router_.end_forgetting("archive", true);
  deliver();
  log_.append("floods");
  say("HELLO", {{"name", "archive"}});
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[1].first.seq, 10U);
}

TEST_F(RouterDelivery, RefusesANewNameWhosePlaceCannotBeStored) {
  StoredReply answer_name;
  callbacks_.on_new_name = [&answer_name](const alert::Acknowledgement&, StoredReply reply) {
    answer_name = std::move(reply);
  };
  say("HELLO", {{"name", "archive"}});
  answer_name(fail(Errc::no_space, "disk full"));
  deliver();
  EXPECT_EQ(code(), "log-unavailable");
  say("ACK", {{"seq", 3}});
  EXPECT_EQ(code(), "no-session");
}

TEST_F(RouterDelivery, HandsOnWhatIsGivenBack) {
  say("NAK", {{"seq", 4}, {"attempt", 2}, {"reason", "down"}, {"retry_after", 5000}});
  ASSERT_EQ(verdicts_.size(), 1U);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::later);
  EXPECT_EQ(verdicts_[0].subscriber, "mail");
  EXPECT_EQ(verdicts_[0].seq, 4U);
  EXPECT_EQ(verdicts_[0].attempt, 2);
  EXPECT_EQ(verdicts_[0].retry_after, seconds{5});
}

TEST_F(RouterDelivery, TellsTermAndDoneFromNak) {
  say("TERM", {{"seq", 5}, {"reason", "no such user"}});
  say("DONE", {{"seq", 6}});
  ASSERT_EQ(verdicts_.size(), 2U);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::never);
  EXPECT_EQ(verdicts_[1].kind, Verdict::Kind::done);
}

TEST_F(RouterDelivery, AnswersOnlyOnceItIsWrittenDown) {
  say("NAK", {{"req", 7}, {"seq", 4}});
  EXPECT_TRUE(told_.empty());
  answer(Settled{.state = "parked", .attempts = 1, .retry_in = milliseconds{5000}});
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].verb, "SETTLED");
  EXPECT_EQ(
      told_[0].object,
      json({{"req", 7}, {"seq", 4}, {"state", "parked"}, {"attempts", 1}, {"retry_ms", 5000}}));
}

TEST_F(RouterDelivery, SaysSoWhenItCouldNotBeWrittenDown) {
  say("NAK", {{"seq", 4}});
  answer(fail(Errc::no_space, "disk full"));
  EXPECT_EQ(code(), "log-unavailable");
}

TEST_F(RouterDelivery, RefusesARecordThatTheLogNeverHad) {
  say("NAK", {{"seq", 10}});
  EXPECT_EQ(code(), "bad-request");
  say("TERM", {{"seq", 0}});
  EXPECT_EQ(code(), "bad-request");
  EXPECT_TRUE(verdicts_.empty());
}

TEST_F(RouterDelivery, NeedsADurableName) {
  say("HELLO", json::object());
  for (const auto* verb : {"NAK", "TERM", "DONE", "DUE"}) {
    say(verb, {{"seq", 1}});
    EXPECT_EQ(code(), "not-durable") << verb;
  }
}

TEST_F(RouterDelivery, LetsAReaderWaitForSoManyAnswersOnly) {
  for (std::size_t i = 0; i < waiting_limit; ++i) say("NAK", {{"seq", 1}});
  EXPECT_TRUE(told_.empty());
  say("NAK", {{"seq", 1}});
  EXPECT_EQ(code(), "too-many");
  answer(Settled{.state = "parked", .attempts = 1});
  told_.clear();
  say("NAK", {{"seq", 1}});
  EXPECT_TRUE(told_.empty());
}

TEST_F(RouterDelivery, SendsWhatIsDueWithTheNumberOfItsDelivery) {
  say("DUE", {{"req", 3}, {"max", 2}});
  ASSERT_EQ(dues_.size(), 1U);
  EXPECT_EQ(dues_[0].subscriber, "mail");
  EXPECT_EQ(dues_[0].max_records, 2U);
  due_[0](DueRecords{.records = {{.record = log_.append("floods"), .attempt = 3}},
                     .next_in = milliseconds{4000}});
  deliver();
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_[0].verb, "DATA");
  const json header = json::parse(told_[0].payload.at(1));
  EXPECT_EQ(header["attempt"], 3);
  EXPECT_EQ(header["seq"], 10);
  EXPECT_EQ(told_[1].verb, "END");
  EXPECT_EQ(told_[1].object, json({{"req", 3}, {"count", 1}, {"next_ms", 4000}}));
}

TEST_F(RouterDelivery, TellsNoTimeWhenNothingIsParked) {
  say("DUE", json::object());
  due_[0](DueRecords{});
  deliver();
  EXPECT_EQ(told_.back().object, json({{"count", 0}}));
}

TEST_F(RouterDelivery, CutsADueToTheLimits) {
  say("DUE", {{"max", 100000}, {"max_bytes", 1U << 30U}});
  EXPECT_EQ(dues_[0].max_records, due_limit);
  EXPECT_EQ(dues_[0].max_bytes, fetch_bytes);
}

TEST_F(RouterDelivery, ForgetsAnAnswerForAReaderThatLeft) {
  say("NAK", {{"seq", 4}});
  say("BYE", json::object());
  answer(Settled{.state = "parked"});
  EXPECT_EQ(router_.sessions().find("a"), nullptr);
}

}  // namespace
}  // namespace tocsin::bus
