// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "nats/bridge.hpp"
#include "nats/subject.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::nats {
namespace {

std::string subject_of_topic(const std::string& topic) {
  return subject_for("alerts", test::sample_alert(topic));
}

TEST(NatsSubject, IsTopicAndSeverity) {
  EXPECT_EQ(subject_of_topic("floods"), "alerts.floods.3");
}

TEST(NatsSubject, HoldsTheTopicAsOneTokenWhateverItIs) {
  EXPECT_EQ(subject_of_topic("eu.floods"), "alerts.eu_floods.3");
  EXPECT_EQ(subject_of_topic("a b\r\n>*\xC3\xA9"), "alerts.a_b______.3");
  EXPECT_EQ(subject_of_topic(""), "alerts._.3");
}

TEST(NatsSubject, HasAPrefixOfPlainTokens) {
  EXPECT_TRUE(is_subject_prefix("alerts"));
  EXPECT_TRUE(is_subject_prefix("news.alerts-1"));
  for (const char* wrong : {"", ".", "a.", ".a", "a..b", "a.*", "a b", ">"}) {
    EXPECT_FALSE(is_subject_prefix(wrong)) << wrong;
  }
}

TEST(NatsStream, HasAPlainName) {
  EXPECT_TRUE(is_stream_name("TOCSIN"));
  for (const char* wrong : {"", "a.b", "a b", "*"}) EXPECT_FALSE(is_stream_name(wrong)) << wrong;
}

TEST(NatsStream, TakesAllAlertsOrDoesNot) {
  for (const char* pattern : {"alerts.>", ">", "*.>", "alerts.*.*", "alerts.*.>", "*.*.*"}) {
    EXPECT_TRUE(covers(pattern, "alerts")) << pattern;
  }
  for (const char* pattern :
       {"alerts", "alerts.*", "alerts.floods.>", "alert.>", "alerts.*.*.*", ""}) {
    EXPECT_FALSE(covers(pattern, "alerts")) << pattern;
  }
  EXPECT_TRUE(covers("news.alerts.>", "news.alerts"));
  EXPECT_FALSE(covers("news.>.x", "alerts"));
}

TEST(NatsBridge, TriesAgainWithoutAServer) {
  // Nobody listens on port 1 of the machine itself.
  Bridge bridge{{.servers = {"nats://127.0.0.1:1"}}, [] {
                  return Access{};
                }};
  const auto outcome = bridge.publish(test::sample_alert(), {.payload = "{}"});
  const auto* wish = std::get_if<plugin::Retry>(&outcome);
  ASSERT_NE(wish, nullptr);
  EXPECT_TRUE(wish->reason.starts_with("no connection to nats://127.0.0.1:1: ")) << wish->reason;
}

TEST(NatsBridge, TellsASecretThatCannotBeRead) {
  Bridge bridge{{.servers = {"nats://127.0.0.1:1"}}, []() -> Result<Access> {
                  return fail(Errc::refused, "token: no file");
                }};
  const auto outcome = bridge.publish(test::sample_alert(), {.payload = "{}"});
  EXPECT_EQ(std::get<plugin::Retry>(outcome).reason, "token: no file");
}

}  // namespace
}  // namespace tocsin::nats
