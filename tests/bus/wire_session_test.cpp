// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "bus/peer.hpp"
#include "bus/wire_fixture.hpp"
#include "loop/bounded_queue.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::Peer;

constexpr std::chrono::minutes patience{1};

class WireSession : public WireTest {};

TEST_F(WireSession, WelcomesAReader) {
  for (int i = 0; i < 5; ++i) log_.append("floods");
  log_.retain_from(3);
  start();
  Peer peer{ctl()};
  const auto welcome = peer.ask("HELLO", {{"req", 7}, {"name", "archive"}});
  EXPECT_EQ(welcome.verb, "WELCOME");
  EXPECT_EQ(welcome.json["req"], 7);
  EXPECT_EQ(welcome.json["epoch"], "e1");
  EXPECT_EQ(welcome.json["head"], 5);
  EXPECT_EQ(welcome.json["floor"], 3);
  EXPECT_EQ(welcome.json["heartbeat_ms"], 20);
  EXPECT_EQ(welcome.json["limits"]["max"], 500);
}

TEST_F(WireSession, GivesTheLogToWhoFetches) {
  for (int i = 0; i < 3; ++i) log_.append(i == 1 ? "fires" : "floods", std::to_string(i));
  start();
  Peer peer{ctl()};
  peer.ask("HELLO", {{"filters", {"alert/floods/"}}, {"start", "earliest"}});
  const auto first = peer.ask("FETCH", {{"req", 2}, {"after", 0}});
  EXPECT_EQ(first.verb, "DATA");
  EXPECT_EQ(first.json["req"], 2);
  ASSERT_EQ(first.payload.size(), 3U);
  EXPECT_EQ(first.payload[0], "alert/floods/3/");
  EXPECT_EQ(first.payload[2], "0");
  const auto second = peer.receive();
  EXPECT_EQ(second.payload.at(2), "2");
  EXPECT_EQ(json::parse(second.payload.at(1))["prev"], 1);
  const auto end = peer.receive();
  EXPECT_EQ(end.verb, "END");
  EXPECT_EQ(end.json, json({{"req", 2}, {"scanned_to", 3}, {"more", false}, {"count", 2}}));
}

TEST_F(WireSession, SaysSoWhenRetentionTookWhatAReaderNeverSaw) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  log_.retain_from(6);
  start();
  Peer peer{ctl()};
  peer.ask("HELLO", {{"start", {{"seq", 2}}}});
  const auto gap = peer.ask("FETCH", {{"after", 2}});
  EXPECT_EQ(gap.verb, "GAP");
  EXPECT_EQ(gap.json["floor"], 6);
  EXPECT_EQ(gap.json["reason"], "retention");
}

TEST_F(WireSession, RefusesASecondReaderOfTheSameName) {
  start();
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  Peer second{ctl()};
  const auto refused = second.ask("HELLO", {{"name", "archive"}});
  EXPECT_EQ(refused.verb, "ERR");
  EXPECT_EQ(refused.json["code"], "busy");
}

TEST_F(WireSession, TellsAReaderThatItsNameWasTakenOver) {
  start();
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  Peer second{ctl()};
  EXPECT_EQ(second.ask("HELLO", {{"name", "archive"}, {"takeover", true}}).verb, "WELCOME");
  const auto told = first.receive();
  EXPECT_EQ(told.json["code"], "taken-over");
  EXPECT_EQ(first.ask("FETCH", {{"after", 0}}).json["code"], "no-session");
}

TEST_F(WireSession, FreesTheNameOfAReaderThatCrashed) {
  start();
  {
    Peer crashed{ctl()};
    ASSERT_EQ(crashed.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  }
  Peer next{ctl()};
  auto answer = next.ask("HELLO", {{"name", "archive"}});
  // The kernel tells the daemon of the closed connection a moment later.
  for (int i = 0; answer.verb == "ERR" && i < 1000; ++i) {
    answer = next.ask("HELLO", {{"name", "archive"}});
  }
  EXPECT_EQ(answer.verb, "WELCOME");
}

TEST_F(WireSession, KeepsTheCursorOfANamedReaderOverItsRestart) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  start();
  {
    Peer peer{ctl()};
    peer.ask("HELLO", {{"name", "archive"}, {"start", "earliest"}});
    peer.send("ACK", {{"seq", 4}});
    EXPECT_EQ(peer.ask("BYE", json::object()).verb, "BYE");
  }
  Peer again{ctl()};
  const auto welcome = again.ask("HELLO", {{"name", "archive"}});
  EXPECT_EQ(welcome.json["acked"], 4);
  EXPECT_EQ(welcome.json["cursor"], 4);
}

TEST_F(WireSession, KeepsANameFromEverybodyUntilTheLogHasForgottenIt) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  start();
  loop::BoundedQueue<Result<void>> told{4};
  const auto tell = [&told](Result<void> begun) {
    told.push_wait(std::move(begun));
  };
  Peer peer{ctl()};
  peer.ask("HELLO", {{"name", "archive"}, {"start", "earliest"}});
  wire_->forget("archive", tell);
  EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
  EXPECT_EQ(peer.receive().verb, "PING");  // is it still there?
  peer.ask("BYE", json::object());
  wire_->forget("archive", tell);
  EXPECT_TRUE(told.pop_wait_for(patience).value());
  EXPECT_EQ(peer.ask("HELLO", {{"name", "archive"}}).json["code"], "busy");
  log_.forget("archive");
  wire_->forgotten("archive", true, tell);
  EXPECT_TRUE(told.pop_wait_for(patience).value());
  EXPECT_EQ(peer.ask("HELLO", {{"name", "archive"}}).json["cursor"], 9);
}

TEST_F(WireSession, KeepsTheCursorOverARestartOfTheDaemon) {
  for (int i = 0; i < 9; ++i) log_.append("floods");
  start();
  {
    Peer peer{ctl()};
    peer.ask("HELLO", {{"name", "archive"}, {"start", "earliest"}});
    peer.send("ACK", {{"seq", 4}});
    peer.ask("BYE", json::object());
  }
  wire_->stop();
  start();
  Peer again{ctl()};
  EXPECT_EQ(again.ask("HELLO", {{"name", "archive"}}).json["cursor"], 4);
}

TEST_F(WireSession, HoldsAWholePageOfRepliesHoweverFewLiveMessagesItHolds) {
  for (int i = 0; i < 500; ++i) log_.append("floods", "x");
  start({.hwm = 10});
  Peer reader{ctl()};
  ASSERT_EQ(reader.ask("HELLO", json::object()).verb, "WELCOME");
  for (int round = 0; round < 5; ++round) {
    reader.send("FETCH", {{"after", 0}});
    for (int i = 0; i < 500; ++i) ASSERT_EQ(reader.receive().verb, "DATA") << round << ", " << i;
    ASSERT_EQ(reader.receive().json["count"], 500);
  }
  EXPECT_EQ(wire_->counters().undelivered, 0U);
}

TEST_F(WireSession, GivesUpAReplyThatIsNotReadAndServesTheOthers) {
  const std::string payload(10'000, 'x');
  for (int i = 0; i < 500; ++i) log_.append("floods", payload);
  start();
  Peer stalled{ctl()};
  ASSERT_EQ(stalled.ask("HELLO", json::object()).verb, "WELCOME");
  for (int i = 0; i < 200; ++i) stalled.send("FETCH", {{"after", 0}});  // and reads none of it
  Peer brisk{ctl()};
  EXPECT_EQ(brisk.ask("HELLO", json::object()).verb, "WELCOME");
}

TEST_F(WireSession, ShowsWhoIsConnected) {
  start();
  Peer peer{ctl()};
  peer.ask("HELLO", {{"name", "archive"}, {"plugin", {{"name", "jsonl"}, {"version", "1.2"}}}});
  peer.send("STATUS", {{"ok", false}, {"last_error", "disk full"}, {"sent", 3}, {"failed", 1}});
  peer.ask("CHECK", {{"after", 0}, {"upto", 0}, {"count", 0}});
  wire_->stop();
  const auto subscribers = wire_->subscribers();
  ASSERT_EQ(subscribers.size(), 1U);
  EXPECT_EQ(subscribers[0].name, "archive");
  EXPECT_EQ(subscribers[0].plugin, "jsonl");
  EXPECT_EQ(subscribers[0].last_error, "disk full");
  EXPECT_EQ(subscribers[0].sent, 3U);
}

}  // namespace
}  // namespace tocsin::bus
