// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "bus/peer.hpp"
#include "bus/wire_fixture.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::Peer;

class WireAdmin : public WireTest {};

TEST_F(WireAdmin, HandsAdminRequestsOnWithTheUserWhoAsks) {
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

TEST_F(WireAdmin, TakesAdminRequestsOnLocalSocketsOnly) {
  callbacks_.admin = [](const AdminRequest&, const AdminReply& reply) {
    reply("{}");
  };
  start_on_tcp();
  Peer peer{ctl()};
  EXPECT_EQ(peer.ask("ADMIN", {{"verb", "reload"}}).json["code"], "forbidden");
}

TEST_F(WireAdmin, LetsAnAdminReplyComeLateFromAnotherThread) {
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

TEST_F(WireAdmin, ForgetsAnAdminReplyThatComesAfterTheEnd) {
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

}  // namespace
}  // namespace tocsin::bus
