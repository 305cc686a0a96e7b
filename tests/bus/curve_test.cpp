// SPDX-License-Identifier: Apache-2.0
// Keys over real sockets: who gets in, what each may read, and what a revoked one notices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "bus/client.hpp"
#include "bus/peer.hpp"
#include "bus/wire.hpp"
#include "support/fake_log.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::FakeLog;

KeyPair fresh() {
  return new_key_pair().value();
}

/// A stranger's DEALER or SUB with keys of its own.
class Remote {
 public:
  Remote(zmq::socket_type type, const std::string& server_key, const KeyPair& own)
      : socket_{context_, type} {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvtimeo, 10'000);
    socket_.set(zmq::sockopt::reconnect_ivl, 10);
    socket_.set(zmq::sockopt::curve_serverkey, server_key);
    socket_.set(zmq::sockopt::curve_publickey, own.public_key);
    socket_.set(zmq::sockopt::curve_secretkey, own.secret_key);
  }

  zmq::socket_t& socket() { return socket_; }

  /// Never waits: a socket whose only connection was refused has nowhere to send to, for ever.
  void send(const std::string& verb, const json& object) {
    const std::vector<std::string> frames{"", "TCS1", verb, object.dump()};
    std::vector<zmq::const_buffer> buffers;
    for (const auto& frame : frames) buffers.push_back(zmq::buffer(frame));
    zmq::send_multipart(socket_, buffers, zmq::send_flags::dontwait);
  }

  /// Frames of the next message; none where the other side stays silent.
  std::vector<std::string> receive() {
    std::vector<zmq::message_t> frames;
    std::vector<std::string> texts;
    if (!zmq::recv_multipart(socket_, std::back_inserter(frames))) return texts;
    for (const auto& frame : frames) texts.push_back(frame.to_string());
    return texts;
  }

  /// Verb and object of the next reply but HEAD.
  std::pair<std::string, json> answer() {
    auto frames = receive();
    while (frames.size() > 3 && frames[2] == "HEAD") frames = receive();
    if (frames.size() < 4) return {"nothing", {}};
    return {frames[2], json::parse(frames[3])};
  }

  std::pair<std::string, json> ask(const std::string& verb, const json& object) {
    send(verb, object);
    return answer();
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

class CurveTest : public testing::Test {
 protected:
  void SetUp() override {
    grants_.keys = {{.name = "archive", .key = archive_.public_key, .verbs = {"status"}},
                    {.name = "partner", .key = partner_.public_key, .topics = {"alert/floods/"}}};
    WireCallbacks callbacks;
    callbacks.on_acknowledge = [log = log_](const auto& said) mutable {
      log.acknowledge(said);
    };
    callbacks.admin = [](const AdminRequest&, const AdminReply& reply) {
      reply("{}");
    };
    auto started = Wire::start({.runtime_directory = directory_.path(),
                                .pub_endpoints = {"tcp://127.0.0.1:0"},
                                .ctl_endpoints = {"tcp://127.0.0.1:0", ipc()},
                                .heartbeat = std::chrono::milliseconds{20},
                                .key = server_,
                                .grants = grants_},
                               log_.reader(), callbacks);
    ASSERT_TRUE(started) << started.error().message;
    wire_ = std::move(*started);
  }

  [[nodiscard]] std::string ipc() const { return "ipc://" + directory_.path() + "/ctl.sock"; }

  std::unique_ptr<Remote> dealer(const KeyPair& own) {
    auto remote = std::make_unique<Remote>(zmq::socket_type::dealer, server_.public_key, own);
    remote->socket().connect(wire_->endpoints().ctl.front());
    return remote;
  }

  std::unique_ptr<Remote> listener(const KeyPair& own) {
    auto remote = std::make_unique<Remote>(zmq::socket_type::sub, server_.public_key, own);
    remote->socket().set(zmq::sockopt::subscribe, "");
    remote->socket().connect(wire_->endpoints().pub.front());
    return remote;
  }

  /// Waits for the wire's own count: what does not come has no other sign.
  void expect_denied(std::uint64_t count) {
    Peer local{ipc()};
    while (wire_->counters().denied < count) local.ask("BYE", json::object());
    EXPECT_EQ(wire_->counters().denied, count);
  }

  using Peer = test::Peer;
  const KeyPair server_ = fresh();
  const KeyPair archive_ = fresh();
  const KeyPair partner_ = fresh();
  Grants grants_;
  test::RuntimeDirectory directory_;
  FakeLog log_;
  std::unique_ptr<Wire> wire_;
};

TEST_F(CurveTest, ServesAKeyOnTheList) {
  const auto reader = dealer(archive_);
  const auto [verb, welcome] = reader->ask("HELLO", {{"name", "archive"}});
  EXPECT_EQ(verb, "WELCOME");
  EXPECT_EQ(welcome["pub"], true);
  const auto live = listener(archive_);
  EXPECT_EQ(live->receive().at(0), "~head/");
}

TEST_F(CurveTest, LetsNoUnknownKeyIn) {
  const auto stranger = dealer(fresh());
  stranger->send("HELLO", json::object());
  expect_denied(1);
  stranger->socket().set(zmq::sockopt::rcvtimeo, 0);
  EXPECT_TRUE(stranger->receive().empty());
}

TEST_F(CurveTest, LetsNobodyInWhoHasNoKey) {
  test::Peer plain{wire_->endpoints().ctl.front()};
  plain.send("HELLO", json::object());
  const auto reader = dealer(archive_);
  EXPECT_EQ(reader->ask("HELLO", json::object()).first, "WELCOME");
  plain.socket().set(zmq::sockopt::rcvtimeo, 0);
  EXPECT_EQ(plain.receive().verb, "nothing");
}

TEST_F(CurveTest, NeedsNoKeyOverALocalSocket) {
  test::Peer local{ipc()};
  EXPECT_EQ(local.ask("HELLO", json::object()).verb, "WELCOME");
}

TEST_F(CurveTest, BindsTheNameToTheKey) {
  const auto reader = dealer(archive_);
  EXPECT_EQ(reader->ask("HELLO", {{"name", "partner"}}).second["code"], "forbidden");
  EXPECT_EQ(reader->ask("HELLO", {{"name", ""}}).first, "WELCOME");
}

TEST_F(CurveTest, KeepsPubFromAKeyThatMayNotReadEverything) {
  const auto live = listener(partner_);
  expect_denied(1);
  live->socket().set(zmq::sockopt::rcvtimeo, 0);
  EXPECT_TRUE(live->receive().empty());
}

TEST_F(CurveTest, TellsALimitedReaderOfTheHeadOnCtl) {
  const auto reader = dealer(partner_);
  EXPECT_EQ(reader->ask("HELLO", {{"name", "partner"}}).second["pub"], false);
  wire_->publish({log_.append("floods")});
  json head = json::object();
  while (head.value("seq", 0) < 1) {
    const auto frames = reader->receive();
    ASSERT_GE(frames.size(), 4U);
    ASSERT_EQ(frames[2], "HEAD");
    head = json::parse(frames[3]);
  }
  EXPECT_EQ(head["epoch"], "e1");
  EXPECT_EQ(head["floor"], 1);
}

TEST_F(CurveTest, ShowsALimitedReaderItsTopicsOnly) {
  log_.append("floods");
  log_.append("fires");
  const auto reader = dealer(partner_);
  reader->ask("HELLO", {{"start", "earliest"}});
  auto [verb, object] = reader->ask("FETCH", {{"after", 0}});
  EXPECT_EQ(verb, "DATA");
  std::tie(verb, object) = reader->answer();
  EXPECT_EQ(verb, "END");
  EXPECT_EQ(object["count"], 1);
}

struct Foreign {
  const char* verb;
  const char* object;
};

class ForeignTopic : public CurveTest, public testing::WithParamInterface<Foreign> {};

TEST_P(ForeignTopic, IsForbidden) {
  log_.append("fires");
  const auto reader = dealer(partner_);
  reader->ask("HELLO", {{"name", "partner"}, {"start", "earliest"}});
  const auto [verb, object] = reader->ask(GetParam().verb, json::parse(GetParam().object));
  EXPECT_EQ(verb, "ERR");
  EXPECT_EQ(object["code"], "forbidden");
}

INSTANTIATE_TEST_SUITE_P(
    InEachRequest, ForeignTopic,
    testing::Values(Foreign{"HELLO", R"({"filters":["alert/"]})"},
                    Foreign{"HELLO", R"({"filters":["alert/floods/","alert/fires/"]})"},
                    Foreign{"FETCH", R"({"after":0,"filters":[""]})"},
                    Foreign{"FETCH", R"({"after":0,"filters":["alert/fires/"]})"},
                    Foreign{"CHECK", R"({"after":0,"upto":1,"count":1,"filters":["alert/f"]})"},
                    Foreign{"NAK", R"({"seq":1})"}, Foreign{"TERM", R"({"seq":1})"},
                    Foreign{"ADMIN", R"({"verb":"status"})"}));

TEST_F(CurveTest, AnswersTheVerbsThatAKeyWasAllowed) {
  const auto reader = dealer(archive_);
  EXPECT_EQ(reader->ask("ADMIN", {{"verb", "status"}}).first, "ADMIN");
  EXPECT_EQ(reader->ask("ADMIN", {{"verb", "reload"}}).second["code"], "forbidden");
}

TEST_F(CurveTest, CutsARevokedReaderOffWhileItIsConnected) {
  const auto revoked = dealer(partner_);
  EXPECT_EQ(revoked->ask("HELLO", {{"name", "partner"}}).first, "WELCOME");
  const auto kept = dealer(archive_);
  EXPECT_EQ(kept->ask("HELLO", {{"name", "archive"}}).first, "WELCOME");

  Grants fewer = grants_;
  fewer.keys.pop_back();
  ASSERT_TRUE(wire_->set_grants(fewer));
  expect_denied(1);  // it came back by itself, and was asked again

  const auto again = dealer(archive_);
  EXPECT_EQ(again->ask("HELLO", {{"takeover", true}, {"name", "archive"}}).first, "WELCOME");
  revoked->send("FETCH", {{"after", 0}});
  EXPECT_EQ(again->ask("FETCH", {{"after", 0}}).first, "END");
  revoked->socket().set(zmq::sockopt::rcvtimeo, 0);
  EXPECT_NE(revoked->answer().first, "END");
}

TEST_F(CurveTest, LetsOthersBackInAfterACut) {
  const auto live = listener(archive_);
  EXPECT_EQ(live->receive().at(0), "~head/");
  Grants fewer = grants_;
  fewer.keys.pop_back();
  ASSERT_TRUE(wire_->set_grants(fewer));
  const auto partner = dealer(partner_);
  expect_denied(1);
  // From here on the cut is over, and what comes live came through a new connection.
  wire_->publish({log_.append("floods")});
  const auto late = listener(archive_);
  EXPECT_EQ(late->receive().at(0), "~head/");
  EXPECT_EQ(live->receive().at(0), "~head/");
}

TEST_F(CurveTest, LetsANewKeyInWithoutCuttingAnybodyOff) {
  const auto reader = dealer(archive_);
  EXPECT_EQ(reader->ask("HELLO", {{"name", "archive"}}).first, "WELCOME");
  const KeyPair third = fresh();
  Grants more = grants_;
  more.keys.push_back({.name = "third", .key = third.public_key});
  ASSERT_TRUE(wire_->set_grants(more));
  EXPECT_EQ(reader->ask("FETCH", {{"after", 0}}).first, "END");
  const auto newcomer = dealer(third);
  EXPECT_EQ(newcomer->ask("HELLO", {{"name", "third"}}).first, "WELCOME");
}

TEST_F(CurveTest, EndsASessionWhoseTopicsChanged) {
  const auto reader = dealer(partner_);
  EXPECT_EQ(reader->ask("HELLO", {{"name", "partner"}}).first, "WELCOME");
  Grants changed = grants_;
  changed.keys[1].topics = {"alert/fires/"};
  ASSERT_TRUE(wire_->set_grants(changed));
  // The connection is cut; the new one has to say HELLO, with filters of the new topics.
  auto [verb, object] = dealer(partner_)->ask(
      "HELLO", {{"name", "partner"}, {"takeover", true}, {"filters", {"alert/floods/"}}});
  EXPECT_EQ(object["code"], "forbidden");
}

TEST(WireWithoutAKey, ServesNoOtherMachine) {
  FakeLog log;
  const auto started = Wire::start({.pub_endpoints = {"tcp://0.0.0.0:0"}}, log.reader(), {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::refused);
}

TEST(WireWithAKey, ServesOtherMachines) {
  test::RuntimeDirectory directory;
  FakeLog log;
  const auto started = Wire::start(
      {.runtime_directory = directory.path(), .pub_endpoints = {"tcp://0.0.0.0:0"}, .key = fresh()},
      log.reader(), {});
  EXPECT_TRUE(started);
}

}  // namespace
}  // namespace tocsin::bus
