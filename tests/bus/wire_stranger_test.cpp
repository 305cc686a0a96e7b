// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "bus/peer.hpp"
#include "bus/wire_fixture.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::Listener;
using test::Peer;

class WireStranger : public WireTest {};

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

TEST_F(WireStranger, CountsWhoDoesNotSpeakZeroMq) {
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

TEST_F(WireStranger, CountsNobodyAsAStrangerWhoLeavesInOrder) {
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

TEST_F(WireStranger, AnswersGarbageAndLivesOn) {
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

TEST_F(WireStranger, CutsTheConnectionOfAPeerWhoseFrameIsOverTheLimit) {
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

TEST_F(WireStranger, LetsNobodyInWhileTooManyAreConnectedAndEverybodyAgainAfterwards) {
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

TEST_F(WireStranger, LetsItsOwnUserInWhoeverElseIsConnected) {
  start({.connection_limit = 1});
  Peer first{ctl()};
  ASSERT_EQ(first.ask("HELLO", json::object()).verb, "WELCOME");
  Peer second{ctl()};
  EXPECT_EQ(second.ask("HELLO", json::object()).verb, "WELCOME");
  EXPECT_EQ(wire_->counters().turned_away, 0U);
}

TEST_F(WireStranger, CountsConnectionsAndWhatIsWrongWithRequests) {
  start();
  Listener listener{pub(), "alert/"};
  Peer peer{ctl()};
  ASSERT_EQ(peer.ask("NO", json::object()).verb, "ERR");
  ASSERT_EQ(peer.ask("FETCH", {{"after", 0}}).verb, "ERR");
  peer.send_frames({"", "TCS2", "HELLO", "{}"});
  ASSERT_EQ(peer.receive().verb, "ERR");
  static_cast<void>(listener.receive_head());
  // They are told with each head, once the sockets' monitors have reported them.
  const auto are_told = [this] {
    const auto counters = wire_->counters();
    return counters.ctl_connections > 0 && counters.pub_connections > 0;
  };
  while (!are_told()) static_cast<void>(listener.receive_head());
  EXPECT_EQ(wire_->counters().ctl_connections, 1U);
  EXPECT_EQ(wire_->counters().pub_connections, 1U);
  std::map<std::string, std::uint64_t> refused;
  for (const auto& [code, times] : wire_->counters().refused_for) refused[code] = times;
  EXPECT_EQ(refused["unknown-verb"], 1U);
  EXPECT_EQ(refused["no-session"], 1U);
  EXPECT_EQ(refused["bad-frame"], 1U);
  EXPECT_EQ(wire_->counters().refused, 3U);
}

}  // namespace
}  // namespace tocsin::bus
