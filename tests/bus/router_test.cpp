// SPDX-License-Identifier: Apache-2.0
#include "bus/router.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/fake_log.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::FakeLog;

/// A router without sockets, whose peers are names and whose clock is a number.
class RouterTest : public testing::Test {
 protected:
  struct Told {
    std::string peer;
    std::string verb;
    json object;
  };

  void say(const std::string& peer, const std::string& verb, const json& object) {
    const std::string text = object.dump();
    router_->handle({.id = peer, .uid = 0}, parse({"", "TCS1", verb, text}), now_);
  }

  Told ask(const std::string& peer, const std::string& verb, const json& object) {
    told_.clear();
    say(peer, verb, object);
    return told_.empty() ? Told{"", "nothing", {}} : told_.back();
  }

  Router& make(WireOptions options = {}) {
    reader_ = log_.reader();
    router_ = std::make_unique<Router>(
        Router::World{.log = *reader_,
                      .clock = clock_,
                      .callbacks = callbacks_,
                      .counters = counters_,
                      .send =
                          [this](const std::string& peer, const Reply& reply) {
                            if (reach_.contains(peer)) return reach_[peer];
                            told_.push_back({peer, reply.verb, json::parse(reply.json)});
                            return Sent::ok;
                          },
                      .bring_back =
                          [this](Answer answer) {
                            brought_back_.push_back(std::move(answer));
                          }},
        options);
    return *router_;
  }

  FakeLog log_;
  std::unique_ptr<alert::LogReader> reader_;
  WireCallbacks callbacks_{.on_acknowledge = [this](const auto& said) {
    acknowledged_.push_back(said);
  }};
  ManualClock clock_;
  Counters counters_;
  std::unique_ptr<Router> router_;
  std::vector<Told> told_;
  std::vector<Answer> brought_back_;
  std::vector<alert::Acknowledgement> acknowledged_;
  std::map<std::string, Sent> reach_;  // how peers fail that do
  Instant now_;
};

TEST_F(RouterTest, AsksForHelloFirst) {
  make();
  EXPECT_EQ(ask("a", "FETCH", {{"after", 0}}).object["code"], "no-session");
  EXPECT_EQ(ask("a", "ACK", {{"seq", 0}}).object["code"], "no-session");
  EXPECT_EQ(ask("a", "CHECK", {{"after", 0}, {"upto", 0}, {"count", 0}}).object["code"],
            "no-session");
}

TEST_F(RouterTest, BeginsANewNameAtTheHeadAndWritesItDown) {
  log_.append("floods");
  make();
  EXPECT_EQ(ask("a", "HELLO", {{"name", "archive"}}).object["cursor"], 1);
  ASSERT_EQ(acknowledged_.size(), 1U);
  EXPECT_EQ(acknowledged_[0].subscriber, "archive");
  EXPECT_EQ(acknowledged_[0].seq, 1U);
}

TEST_F(RouterTest, BeginsWhereAReaderAsks) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  log_.retain_from(4);
  make();
  EXPECT_EQ(ask("a", "HELLO", {{"start", "earliest"}}).object["cursor"], 3);
  EXPECT_EQ(ask("a", "HELLO", {{"start", "latest"}}).object["cursor"], 9);
  EXPECT_EQ(ask("a", "HELLO", {{"start", {{"seq", 5}}}}).object["cursor"], 5);
  EXPECT_EQ(ask("a", "HELLO", {{"start", {{"time", "1970-01-01T00:00:00.007Z"}}}}).object["cursor"],
            6);
}

TEST_F(RouterTest, StartsAReaderAgainWhoseCursorIsBeyondTheHead) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  log_.acknowledge({"archive", 50});
  make();
  const auto welcome = ask("a", "HELLO", {{"name", "archive"}});
  EXPECT_EQ(welcome.object["cursor"], 0);
  EXPECT_EQ(welcome.object["reset"], true);
}

TEST_F(RouterTest, StartsAReaderAgainThatKnowsAnotherLog) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  make();
  const auto welcome = ask("a", "HELLO", {{"start", {{"seq", 2}}}, {"epoch", "e0"}});
  EXPECT_EQ(welcome.object["cursor"], 0);
  EXPECT_EQ(welcome.object["reset"], true);
}

TEST_F(RouterTest, AnswersACursorBeyondTheHeadWithGap) {
  make();
  ask("a", "HELLO", json::object());
  const auto gap = ask("a", "FETCH", {{"after", 18446744073709551615U}});
  EXPECT_EQ(gap.verb, "GAP");
  EXPECT_EQ(gap.object["reason"], "epoch");
}

TEST_F(RouterTest, EndsAFetchAlsoWhereNothingMatched) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  make();
  ask("a", "HELLO", {{"filters", {"alert/fires/"}}});
  const auto end = ask("a", "FETCH", {{"after", 0}});
  EXPECT_EQ(end.object, json({{"scanned_to", 3}, {"more", false}, {"count", 0}}));
}

TEST_F(RouterTest, PutsAFetchInPagesThatLeaveNothingOut) {
  for (int i = 0; i < 7; ++i) log_.append("floods");
  make();
  ask("a", "HELLO", json::object());
  const auto first = ask("a", "FETCH", {{"after", 0}, {"max", 5}});
  EXPECT_EQ(told_.size(), 6U);
  EXPECT_EQ(first.object, json({{"scanned_to", 5}, {"more", true}, {"count", 5}}));
  const auto second = ask("a", "FETCH", {{"after", 5}, {"max", 5}});
  EXPECT_EQ(second.object, json({{"scanned_to", 7}, {"more", false}, {"count", 2}}));
}

TEST_F(RouterTest, FindsACountThatDiffers) {
  for (int i = 0; i < 4; ++i) log_.append("floods");
  make();
  ask("a", "HELLO", json::object());
  EXPECT_EQ(ask("a", "CHECK", {{"after", 1}, {"upto", 4}, {"count", 3}}).object["equal"], true);
  EXPECT_EQ(ask("a", "CHECK", {{"after", 1}, {"upto", 4}, {"count", 2}}).object["equal"], false);
}

TEST_F(RouterTest, CallsNothingEqualThatItNoLongerKeeps) {
  for (int i = 0; i < 4; ++i) log_.append("floods");
  log_.retain_from(4);
  make();
  ask("a", "HELLO", json::object());
  EXPECT_EQ(ask("a", "CHECK", {{"after", 1}, {"upto", 4}, {"count", 1}}).object["equal"], false);
}

TEST_F(RouterTest, NeverMovesACursorBack) {
  for (int i = 0; i < 4; ++i) log_.append("floods");
  make();
  ask("a", "HELLO", {{"name", "archive"}, {"start", "earliest"}});
  say("a", "ACK", {{"seq", 3}});
  say("a", "ACK", {{"seq", 2}});
  ASSERT_EQ(acknowledged_.size(), 2U);  // the first is that of HELLO
  EXPECT_EQ(acknowledged_.back().seq, 3U);
}

TEST_F(RouterTest, RefusesAnAcknowledgementOfTheFuture) {
  make();
  ask("a", "HELLO", {{"name", "archive"}});
  EXPECT_EQ(ask("a", "ACK", {{"seq", 7}}).object["code"], "bad-request");
}

TEST_F(RouterTest, KeepsNoCursorForAReaderWithoutAName) {
  log_.append("floods");
  make();
  ask("a", "HELLO", {{"start", "earliest"}});
  EXPECT_EQ(ask("a", "ACK", {{"seq", 1}}).object["code"], "not-durable");
  EXPECT_TRUE(acknowledged_.empty());
}

TEST_F(RouterTest, KnowsAnAcknowledgementBeforeTheLogHasIt) {
  for (int i = 0; i < 4; ++i) log_.append("floods");
  make();
  ask("a", "HELLO", {{"name", "archive"}, {"start", "earliest"}});
  say("a", "ACK", {{"seq", 3}});
  say("a", "BYE", json::object());
  EXPECT_EQ(ask("b", "HELLO", {{"name", "archive"}}).object["cursor"], 3);
}

TEST_F(RouterTest, LetsTheSameProcessSayHelloAgain) {
  make();
  ask("a", "HELLO", {{"name", "archive"}, {"instance", "p1"}});
  EXPECT_EQ(ask("b", "HELLO", {{"name", "archive"}, {"instance", "p1"}}).verb, "WELCOME");
  EXPECT_EQ(ask("c", "HELLO", {{"name", "archive"}, {"instance", "p2"}}).object["code"], "busy");
}

TEST_F(RouterTest, GivesTheNameOfAReaderThatHasGoneToTheNext) {
  make();
  ask("a", "HELLO", {{"name", "archive"}});
  reach_["a"] = Sent::gone;
  EXPECT_EQ(ask("b", "HELLO", {{"name", "archive"}}).verb, "WELCOME");
}

TEST_F(RouterTest, GivesTheNameOfAReaderThatHasLongBeenSilentToTheNext) {
  make();
  ask("a", "HELLO", {{"name", "archive"}});
  now_ += std::chrono::seconds{89};
  EXPECT_EQ(ask("b", "HELLO", {{"name", "archive"}}).object["code"], "busy");
  now_ += std::chrono::seconds{1};
  EXPECT_EQ(ask("b", "HELLO", {{"name", "archive"}}).verb, "WELCOME");
}

TEST_F(RouterTest, RemembersWhyAReaderHaltedUntilItIsBack) {
  std::vector<SubscriberStatus> told;
  callbacks_.on_status = [&told](const SubscriberStatus& status) {
    told.push_back(status);
  };
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}});
  say("a", "STATUS", {{"ok", false}, {"halted", true}, {"last_error", "answered 410"}});
  say("a", "BYE", {{"req", 3}});
  const auto departed = router.sessions().report(now_);
  ASSERT_EQ(departed.size(), 1U);
  EXPECT_FALSE(departed[0].is_connected);
  EXPECT_TRUE(departed[0].has_halted);
  EXPECT_EQ(departed[0].last_error, "answered 410");
  ask("b", "HELLO", {{"name", "desk"}});
  const auto back = router.sessions().report(now_);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_TRUE(back[0].is_connected);
  EXPECT_EQ(back[0].last_error, "");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].has_halted);
  EXPECT_FALSE(told[1].has_halted);
}

TEST_F(RouterTest, RemembersNothingOfAReaderThatLeftInOrder) {
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}});
  say("a", "STATUS", {{"ok", true}});
  say("a", "BYE", {{"req", 3}});
  EXPECT_TRUE(router.sessions().report(now_).empty());
}

TEST_F(RouterTest, ForgetsNobodyWhoIsConnected) {
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}});
  const auto begun = router.begin_forgetting("desk", now_);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().message, "'desk' is connected: stop it first");
}

TEST_F(RouterTest, ForgetsAReaderThatHasGoneWithoutAWord) {
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}});
  reach_["a"] = Sent::gone;
  EXPECT_TRUE(router.begin_forgetting("desk", now_));
  EXPECT_TRUE(router.sessions().report(now_).empty());
}

TEST_F(RouterTest, GivesNobodyANameThatIsBeingForgotten) {
  Router& router = make();
  ask("b", "HELLO", {{"name", "wall"}});
  ASSERT_TRUE(router.begin_forgetting("desk", now_));
  EXPECT_FALSE(router.begin_forgetting("desk", now_));
  const json hello{{"name", "desk"}, {"takeover", true}};
  EXPECT_EQ(ask("a", "HELLO", hello).object["code"], "busy");
  EXPECT_EQ(ask("b", "HELLO", {{"name", "wall"}}).verb, "WELCOME");
  router.end_forgetting("desk", true);
  EXPECT_EQ(ask("a", "HELLO", hello).verb, "WELCOME");
}

TEST_F(RouterTest, ForgetsOnlySoManyNamesAtOneTime) {
  Router& router = make();
  for (std::size_t i = 0; i < leaving_limit; ++i) {
    ASSERT_TRUE(router.begin_forgetting("desk-" + std::to_string(i), now_));
  }
  const auto refused = router.begin_forgetting("one-more", now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::busy);
  router.end_forgetting("desk-0", false);
  EXPECT_TRUE(router.begin_forgetting("one-more", now_));
}

TEST_F(RouterTest, BeginsANameThatWasForgottenAtTheHead) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  std::vector<std::string> told;
  callbacks_.on_forgotten = [&told](const std::string& name) {
    told.push_back(name);
  };
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}, {"start", "earliest"}});
  say("a", "ACK", {{"seq", 4}});
  say("a", "STATUS", {{"ok", false}, {"halted", true}, {"last_error", "answered 410"}});
  say("a", "BYE", json::object());
  ASSERT_TRUE(router.begin_forgetting("desk", now_));
  router.end_forgetting("desk", true);
  EXPECT_EQ(told, std::vector<std::string>{"desk"});
  EXPECT_TRUE(router.sessions().report(now_).empty());
  EXPECT_EQ(ask("a", "HELLO", {{"name", "desk"}}).object["cursor"], 9);
}

TEST_F(RouterTest, RemembersAReaderThatTheLogCouldNotForget) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  Router& router = make();
  ask("a", "HELLO", {{"name", "desk"}, {"start", "earliest"}});
  say("a", "ACK", {{"seq", 4}});
  say("a", "STATUS", {{"ok", false}, {"halted", true}});
  say("a", "BYE", json::object());
  ASSERT_TRUE(router.begin_forgetting("desk", now_));
  router.end_forgetting("desk", false);
  EXPECT_EQ(router.sessions().report(now_).size(), 1U);
  EXPECT_EQ(ask("a", "HELLO", {{"name", "desk"}}).object["cursor"], 4);
}

TEST_F(RouterTest, BeginsAForgottenReaderThatIsBackWithItsOwnPlaceThere) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  Router& router = make();
  ASSERT_TRUE(router.begin_forgetting("desk", now_));
  router.end_forgetting("desk", true);
  const json hello{{"name", "desk"}, {"start", {{"seq", 5}}}, {"epoch", "e1"}};
  EXPECT_EQ(ask("a", "HELLO", hello).object["cursor"], 5);
  EXPECT_EQ(acknowledged_.back().seq, 5U);
}

TEST_F(RouterTest, ForgetsReadersThatHaveGone) {
  make();
  ask("a", "HELLO", {{"name", "archive"}});
  ask("b", "HELLO", {{"name", "wall"}});
  reach_["a"] = Sent::gone;
  now_ += std::chrono::seconds{10};
  router_->probe(now_);
  const auto left = router_->sessions().report(now_);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, "wall");
}

TEST_F(RouterTest, ServesNoMoreReadersThanItMay) {
  make({.subscriber_limit = 2});
  ask("a", "HELLO", json::object());
  ask("b", "HELLO", json::object());
  EXPECT_EQ(ask("c", "HELLO", json::object()).object["code"], "too-many");
  EXPECT_EQ(ask("b", "HELLO", json::object()).verb, "WELCOME");
}

TEST_F(RouterTest, DropsAReaderThatDoesNotReadItsAnswers) {
  make();
  ask("a", "HELLO", json::object());
  reach_["a"] = Sent::full;
  say("a", "FETCH", {{"after", 0}});
  EXPECT_EQ(counters_.undelivered.value(), 1U);
  EXPECT_EQ(router_->sessions().find("a"), nullptr);
}

TEST_F(RouterTest, SaysSoWhenTheLogCannotBeRead) {
  make();
  ask("a", "HELLO", json::object());
  log_.fail_reads(true);
  EXPECT_EQ(ask("a", "FETCH", {{"after", 0}}).object["code"], "log-unavailable");
  EXPECT_EQ(counters_.log_errors.value(), 1U);
}

}  // namespace
}  // namespace tocsin::bus
