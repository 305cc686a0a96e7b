// SPDX-License-Identifier: Apache-2.0
#include "bus/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/unique_fd.hpp"
#include "bus/peer.hpp"
#include "loop/bounded_queue.hpp"
#include "support/fake_log.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::FakeLog;
using test::Listener;
using test::Peer;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::minutes patience{1};

/// A wire over a log in memory; acknowledgements go into that log, as the ledger does it.
class WireTest : public testing::Test {
 protected:
  void start(WireOptions options = {}) {
    options.runtime_directory = directory_.path();
    options.heartbeat = std::chrono::milliseconds{20};
    callbacks_.on_acknowledge = [log = log_](const auto& said) mutable {
      log.acknowledge(said);
    };
    auto started = Wire::start(options, log_.reader(), callbacks_);
    ASSERT_TRUE(started) << started.error().message;
    wire_ = std::move(*started);
  }

  void start_on_tcp() {
    start({.pub_endpoints = {"tcp://127.0.0.1:0"}, .ctl_endpoints = {"tcp://127.0.0.1:0"}});
  }

  [[nodiscard]] std::string pub() const { return wire_->endpoints().pub.front(); }

  [[nodiscard]] std::string ctl() const { return wire_->endpoints().ctl.front(); }

  void publish(const std::string& topic) { wire_->publish({log_.append(topic)}); }

  test::RuntimeDirectory directory_;
  FakeLog log_;
  WireCallbacks callbacks_;
  std::unique_ptr<Wire> wire_;
};

TEST_F(WireTest, SendsTopicFrameThenHeaderThenPayload) {
  start();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  wire_->publish({log_.append("floods", "payload")});
  const auto frames = listener.receive_alert();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0], "alert/floods/3/");
  const json header = json::parse(frames[1]);
  EXPECT_EQ(header["v"], 1);
  EXPECT_EQ(header["epoch"], "e1");
  EXPECT_EQ(header["seq"], 1);
  EXPECT_EQ(header["prev"], 0);
  EXPECT_EQ(frames[2], "payload");
}

TEST_F(WireTest, LosesNothingOnceAReaderHasSeenHead) {
  start_on_tcp();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  for (int i = 0; i < 300; ++i) publish("floods");
  std::uint64_t last = 0;
  for (int i = 0; i < 300; ++i) {
    const auto frames = listener.receive_alert();
    ASSERT_EQ(frames.size(), 3U);
    const std::uint64_t seq = json::parse(frames[1])["seq"];
    ASSERT_EQ(seq, last + 1);
    last = seq;
  }
}

TEST_F(WireTest, TellsTheHeadOfTheLogWhileNothingHappens) {
  log_.append("floods");
  log_.append("floods");
  start();
  Listener listener{pub(), "~head/"};
  const json head = listener.receive_head();
  EXPECT_EQ(head["v"], 1);
  EXPECT_EQ(head["epoch"], "e1");
  EXPECT_EQ(head["seq"], 2);
  EXPECT_EQ(head["floor"], 1);
  EXPECT_EQ(head["state"], "ok");
  EXPECT_THAT(head["ts"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST_F(WireTest, CallsItselfDegradedWhileTheLogCannotBeRead) {
  start();
  Listener listener{pub(), "~head/"};
  EXPECT_EQ(listener.receive_head()["state"], "ok");
  log_.fail_reads(true);
  json head = listener.receive_head();
  while (head["state"] == "ok") head = listener.receive_head();
  EXPECT_EQ(head["state"], "degraded");
}

TEST_F(WireTest, MakesItsSocketFilesReadableByTheGroupOnly) {
  start();

  struct stat status {};

  ASSERT_EQ(::stat((directory_.path() + "/ctl.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  ASSERT_EQ(::stat((directory_.path() + "/pub.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
}

TEST_F(WireTest, TellsThePortThatItWasGiven) {
  start_on_tcp();
  EXPECT_THAT(pub(), testing::MatchesRegex("tcp://127\\.0\\.0\\.1:[1-9][0-9]*"));
  EXPECT_NE(pub(), ctl());
}

TEST_F(WireTest, NamesThePortThatIsTaken) {
  start_on_tcp();
  const std::string taken = pub();
  const WireOptions options{.runtime_directory = directory_.path(), .pub_endpoints = {taken}};
  const auto second = Wire::start(options, log_.reader(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().message, HasSubstr(taken));
}

class RefusedEndpoint : public testing::TestWithParam<const char*> {};

TEST_P(RefusedEndpoint, IsNeverBound) {
  const WireOptions options{.pub_endpoints = {GetParam()}, .ctl_endpoints = {"tcp://127.0.0.1:0"}};
  const auto wire = Wire::start(options, FakeLog{}.reader(), {});
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(WithoutKeys, RefusedEndpoint,
                         testing::Values("tcp://0.0.0.0:0", "tcp://*:0", "tcp://192.168.1.5:0",
                                         "tcp://127.0.0.1.example.org:0", "tcp://[::]:0",
                                         "tcp://eth0:0", "inproc://x", "ipc://relative.sock",
                                         "ipc://@abstract", "epgm://eth0;239.0.0.1:1", ""));

TEST_F(WireTest, WelcomesAReader) {
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

TEST_F(WireTest, GivesTheLogToWhoFetches) {
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

TEST_F(WireTest, SaysSoWhenRetentionTookWhatAReaderNeverSaw) {
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

TEST_F(WireTest, RefusesASecondReaderOfTheSameName) {
  start();
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  Peer second{ctl()};
  const auto refused = second.ask("HELLO", {{"name", "archive"}});
  EXPECT_EQ(refused.verb, "ERR");
  EXPECT_EQ(refused.json["code"], "busy");
}

TEST_F(WireTest, TellsAReaderThatItsNameWasTakenOver) {
  start();
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  Peer second{ctl()};
  EXPECT_EQ(second.ask("HELLO", {{"name", "archive"}, {"takeover", true}}).verb, "WELCOME");
  const auto told = first.receive();
  EXPECT_EQ(told.json["code"], "taken-over");
  EXPECT_EQ(first.ask("FETCH", {{"after", 0}}).json["code"], "no-session");
}

TEST_F(WireTest, FreesTheNameOfAReaderThatCrashed) {
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

TEST_F(WireTest, KeepsTheCursorOfANamedReaderOverItsRestart) {
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

/// A stranger on a tcp endpoint: it says so much and waits until it is cut off.
void say_and_wait(const std::string& endpoint, std::string_view bytes) {
  const auto port =
      static_cast<std::uint16_t>(std::stoul(endpoint.substr(endpoint.rfind(':') + 1)));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const UniqueFd stranger{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ASSERT_EQ(::connect(stranger.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  ASSERT_EQ(::send(stranger.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
  std::array<char, 256> reply{};
  while (::recv(stranger.get(), reply.data(), reply.size(), 0) > 0) {
  }
}

TEST_F(WireTest, CountsWhoDoesNotSpeakZeroMq) {
  start_on_tcp();
  constexpr std::string_view tls{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03hello", 16};
  for (const std::string& endpoint : {pub(), ctl()}) {
    say_and_wait(endpoint, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    say_and_wait(endpoint, tls);
  }
  Peer peer{ctl()};
  for (int i = 0; i < 1000 && wire_->counters().garbled < 4; ++i) peer.ask("HELLO", {{"req", i}});
  EXPECT_EQ(wire_->counters().garbled, 4U);
  EXPECT_EQ(wire_->counters().unfinished, 0U);
}

TEST_F(WireTest, CountsNobodyAsAStrangerWhoLeavesInOrder) {
  start_on_tcp();
  for (int i = 0; i < 5; ++i) {
    Peer peer{ctl()};
    EXPECT_EQ(peer.ask("HELLO", json::object()).verb, "WELCOME");
  }
  Peer last{ctl()};
  EXPECT_EQ(last.ask("HELLO", json::object()).verb, "WELCOME");
  Listener listener{pub(), "~head/"};
  // Connections are counted anew behind each head: from the second on the last one is among them.
  static_cast<void>(listener.receive_head());
  static_cast<void>(listener.receive_head());
  for (int i = 0; i < 1000 && wire_->counters().ctl_connections != 1; ++i) {
    static_cast<void>(listener.receive_head());
  }
  EXPECT_EQ(wire_->counters().ctl_connections, 1U);
  EXPECT_EQ(wire_->counters().garbled, 0U);
}

TEST_F(WireTest, KeepsANameFromEverybodyUntilTheLogHasForgottenIt) {
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

/// Keeps the wire thread from its work, from the moment it is made until it goes.
class Stop {
 public:
  explicit Stop(Wire& wire) {
    wire.forget("stop", [this](const Result<void>&) {
      static_cast<void>(begun_.try_push(true));
      static_cast<void>(gate_.pop_wait_for(patience));
      static_cast<void>(ended_.try_push(true));
    });
    static_cast<void>(begun_.pop_wait_for(patience));
  }

  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  ~Stop() {
    gate_.try_push(true);
    static_cast<void>(ended_.pop_wait_for(patience));
  }

 private:
  loop::BoundedQueue<bool> begun_{1};
  loop::BoundedQueue<bool> gate_{1};
  loop::BoundedQueue<bool> ended_{1};
};

TEST_F(WireTest, HasRoomForTheEndOfEveryNameThatItBeganToForget) {
  start();
  loop::BoundedQueue<Result<void>> told{leaving_limit};
  const auto tell = [&told](Result<void> result) {
    told.push_wait(std::move(result));
  };
  const auto name = [](std::size_t i) {
    return "desk-" + std::to_string(i);
  };
  for (std::size_t i = 0; i < leaving_limit; ++i) {
    wire_->forget(name(i), tell);
    EXPECT_TRUE(told.pop_wait_for(patience).value());
  }
  wire_->forget("one-more", tell);
  EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
  {
    const Stop stop{*wire_};
    for (std::size_t i = 0; i < leaving_limit; ++i) wire_->forgotten(name(i), true, tell);
    EXPECT_EQ(told.size(), 0U);
    wire_->forgotten("never-begun", true, tell);
    EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
  }
  for (std::size_t i = 0; i < leaving_limit; ++i) {
    EXPECT_TRUE(told.pop_wait_for(patience).value());
  }
  wire_->forget("one-more", tell);
  EXPECT_TRUE(told.pop_wait_for(patience).value());
}

TEST_F(WireTest, TellsThatTooMuchWaitsForIt) {
  start();
  loop::BoundedQueue<Result<void>> told{1};
  const Stop stop{*wire_};
  constexpr int more_than_it_takes = 100'000;
  int taken = 0;
  while (taken < more_than_it_takes && wire_->set_grants({})) ++taken;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, more_than_it_takes);
  wire_->forget("archive", [&told](Result<void> begun) { told.push_wait(std::move(begun)); });
  EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
}

TEST_F(WireTest, KeepsTheCursorOverARestartOfTheDaemon) {
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

TEST_F(WireTest, HandsAdminRequestsOnWithTheUserWhoAsks) {
  callbacks_.admin = [](const AdminRequest& request, const AdminReply& reply) {
    reply(json{{"verb", request.verb}, {"uid", request.uid.value_or(0) == ::getuid()}}.dump());
  };
  start();
  Peer peer{ctl()};
  const auto answer = peer.ask("ADMIN", {{"req", 5}, {"verb", "status"}});
  EXPECT_EQ(answer.verb, "ADMIN");
  EXPECT_EQ(answer.json["req"], 5);
  EXPECT_EQ(answer.json["reply"], json({{"verb", "status"}, {"uid", true}}));
}

TEST_F(WireTest, TakesAdminRequestsOnLocalSocketsOnly) {
  callbacks_.admin = [](const AdminRequest&, const AdminReply& reply) {
    reply("{}");
  };
  start_on_tcp();
  Peer peer{ctl()};
  EXPECT_EQ(peer.ask("ADMIN", {{"verb", "reload"}}).json["code"], "forbidden");
}

TEST_F(WireTest, LetsAnAdminReplyComeLateFromAnotherThread) {
  std::thread later;
  callbacks_.admin = [&](const AdminRequest&, AdminReply reply) {
    later = std::thread{[reply = std::move(reply)] {
      reply(R"({"done":true})");
    }};
  };
  start();
  Peer peer{ctl()};
  EXPECT_EQ(peer.ask("ADMIN", {{"verb", "reload"}}).json["reply"], json({{"done", true}}));
  later.join();
}

TEST_F(WireTest, ForgetsAnAdminReplyThatComesAfterTheEnd) {
  AdminReply kept;
  callbacks_.admin = [&](const AdminRequest&, AdminReply reply) {
    kept = reply;
    reply("{}");
  };
  start();
  Peer peer{ctl()};
  EXPECT_EQ(peer.ask("ADMIN", {{"verb", "reload"}}).verb, "ADMIN");
  wire_.reset();
  kept("{}");
  SUCCEED();  // the sanitizers judge it
}

TEST_F(WireTest, AnswersGarbageAndLivesOn) {
  start();
  Peer peer{ctl()};
  peer.send_frames({"x"});
  EXPECT_EQ(peer.receive().json["code"], "bad-frame");
  peer.send_frames({"", "TCS9", "HELLO", "{}"});
  EXPECT_EQ(peer.receive().json["code"], "bad-frame");
  peer.send_frames({"", "TCS1", "HELLO", std::string(60'000, '[')});
  EXPECT_EQ(peer.receive().json["code"], "bad-frame");
  peer.send_frames({"", "TCS1", "EAT", "{}"});
  EXPECT_EQ(peer.receive().json["code"], "unknown-verb");
  peer.send_frames(std::vector<std::string>(2000, "more"));
  EXPECT_EQ(peer.receive().json["code"], "bad-frame");
  EXPECT_EQ(peer.ask("HELLO", json::object()).verb, "WELCOME");
  wire_->stop();  // the last answer may arrive before it is counted
  EXPECT_EQ(wire_->counters().refused, 5U);
}

TEST_F(WireTest, CutsTheConnectionOfAPeerWhoseFrameIsOverTheLimit) {
  start();
  Peer rude{ctl()};
  ASSERT_EQ(rude.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  rude.send_frames({"", "TCS1", "HELLO", std::string(65 * 1024, ' ')});
  Peer polite{ctl()};
  auto answer = polite.ask("HELLO", {{"name", "archive"}});
  for (int i = 0; answer.verb == "ERR" && i < 1000; ++i) {
    answer = polite.ask("HELLO", {{"name", "archive"}});
  }
  EXPECT_EQ(answer.verb, "WELCOME");  // the name is free: the session went with the connection
}

TEST_F(WireTest, NeverSlowsOneSubscriberForAnother) {
  start({.hwm = 10});
  Listener stalled{pub(), "alert/", 1};  // never reads
  Listener brisk{pub(), "alert/"};
  static_cast<void>(stalled.receive_head());
  static_cast<void>(brisk.receive_head());
  const std::string payload(30'000, 'x');  // beyond what the kernel's buffers swallow
  for (int i = 0; i < 500; ++i) {
    wire_->publish({log_.append("floods", payload)});
    ASSERT_EQ(brisk.receive_alert().size(), 3U) << i;
  }
  wire_->stop();  // the last frame may arrive before it is counted
  EXPECT_EQ(wire_->counters().published, 500U);
  EXPECT_EQ(wire_->counters().dropped, 0U);
}

TEST_F(WireTest, LetsNobodyInWhileTooManyAreConnectedAndEverybodyAgainAfterwards) {
  start({.pub_endpoints = {"tcp://127.0.0.1:0"},
         .ctl_endpoints = {"tcp://127.0.0.1:0"},
         .connection_limit = 2});
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  auto first = std::make_unique<Peer>(ctl());
  ASSERT_EQ(first->ask("HELLO", json::object()).verb, "WELCOME");
  Peer second{ctl()};
  second.send("HELLO", json::object());
  while (wire_->counters().turned_away == 0) static_cast<void>(listener.receive_head());
  first.reset();
  EXPECT_EQ(second.receive().verb, "WELCOME");
}

TEST_F(WireTest, LetsItsOwnUserInWhoeverElseIsConnected) {
  start({.connection_limit = 1});
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", json::object()).verb, "WELCOME");
  Peer second{ctl()};
  EXPECT_EQ(second.ask("HELLO", json::object()).verb, "WELCOME");
  EXPECT_EQ(wire_->counters().turned_away, 0U);
}

TEST_F(WireTest, CountsConnectionsAndWhatIsWrongWithRequests) {
  start();
  Listener listener{pub(), "alert/"};
  Peer peer{ctl()};
  ASSERT_EQ(peer.ask("NO", json::object()).verb, "ERR");
  ASSERT_EQ(peer.ask("FETCH", {{"after", 0}}).verb, "ERR");
  peer.send_frames({"", "TCS2", "HELLO", "{}"});
  ASSERT_EQ(peer.receive().verb, "ERR");
  static_cast<void>(listener.receive_head());
  while (wire_->counters().ctl_connections == 0) static_cast<void>(listener.receive_head());
  EXPECT_EQ(wire_->counters().ctl_connections, 1U);
  EXPECT_EQ(wire_->counters().pub_connections, 1U);
  std::map<std::string, std::uint64_t> refused;
  for (const auto& [code, times] : wire_->counters().refused_for) refused[code] = times;
  EXPECT_EQ(refused["unknown-verb"], 1U);
  EXPECT_EQ(refused["no-session"], 1U);
  EXPECT_EQ(refused["bad-frame"], 1U);
  EXPECT_EQ(wire_->counters().refused, 3U);
}

TEST_F(WireTest, HoldsAWholePageOfRepliesHoweverFewLiveMessagesItHolds) {
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

TEST_F(WireTest, GivesUpAReplyThatIsNotReadAndServesTheOthers) {
  const std::string payload(10'000, 'x');
  for (int i = 0; i < 500; ++i) log_.append("floods", payload);
  start();
  Peer stalled{ctl()};
  ASSERT_EQ(stalled.ask("HELLO", json::object()).verb, "WELCOME");
  for (int i = 0; i < 200; ++i) stalled.send("FETCH", {{"after", 0}});  // and reads none of it
  Peer brisk{ctl()};
  EXPECT_EQ(brisk.ask("HELLO", json::object()).verb, "WELCOME");
}

TEST_F(WireTest, DropsLiveFramesRatherThanMakeTheLedgerWait) {
  start({.queue_limit = 1});
  std::vector<alert::LogRecord> records;
  for (int i = 0; i < 5000; ++i) records.push_back(log_.append("floods", "x"));
  wire_->publish(std::move(records));
  wire_->stop();
  const WireCounters counters = wire_->counters();
  EXPECT_GT(counters.dropped, 0U);
  EXPECT_EQ(counters.published + counters.dropped, 5000U);
}

TEST_F(WireTest, SendsWhatIsQueuedBeforeItStops) {
  start();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  for (int i = 0; i < 100; ++i) publish("floods");
  wire_->stop();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(listener.receive_alert().size(), 3U);
}

TEST_F(WireTest, ShowsWhoIsConnected) {
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
