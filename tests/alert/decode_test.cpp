// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::alert {
namespace {

using nlohmann::json;

json sample_json() {
  return json::parse(encode(test::sample_alert(), 7));
}

std::string fault_of(const json& payload) {
  const auto decoded = decode(payload.dump());
  return decoded ? "accepted" : decoded.error().message;
}

TEST(Decode, GivesBackEveryField) {
  const auto sent = test::sample_alert();
  const auto decoded = decode(encode(sent, 7));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->sequence, 7U);
  // The encoder writes every field, so two alerts that encode alike are alike.
  EXPECT_EQ(encode(decoded->alert, 7), encode(sent, 7));
  EXPECT_EQ(decoded->alert.match.evidence.size(), 2U);
  EXPECT_EQ(decoded->alert.item.authors, sent.item.authors);
  EXPECT_EQ(decoded->alert.times.published, sent.times.published);
  EXPECT_EQ(decoded->alert.source.credibility, sent.source.credibility);
  EXPECT_EQ(decoded->alert.medtop, sent.medtop);
}

TEST(Decode, GivesBackAnOperatorAlert) {
  const auto sent = test::sample_operator_alert();
  const auto decoded = decode(encode(sent, 7));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->alert.kind, Kind::operations);
  EXPECT_EQ(decoded->alert.match.topic, "feed.failing");
  EXPECT_EQ(decoded->alert.summary, sent.summary);
  EXPECT_EQ(decoded->alert.source.feed_id, sent.source.feed_id);
  EXPECT_EQ(decoded->alert.subject, sent.subject);
}

TEST(Decode, IgnoresUnknownFields) {
  auto payload = sample_json();
  payload["later"] = {1, 2};
  payload["data"]["later"] = {{"a", nullptr}};
  payload["data"]["item"]["later"] = true;
  EXPECT_EQ(fault_of(payload), "accepted");
}

TEST(Decode, TakesAbsentOptionalFieldsAsEmpty) {
  auto payload = sample_json();
  payload["data"].erase("story");
  payload["data"]["item"].erase("title");
  payload["data"]["item"]["url"] = nullptr;
  const auto decoded = decode(payload.dump());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->alert.item.title, "");
  EXPECT_EQ(decoded->alert.item.url, "");
  EXPECT_EQ(decoded->alert.story.position, 1);
}

TEST(Decode, NamesTheFirstFieldThatIsWrong) {
  const auto fault_with = [](const char* pointer, const json& value) {
    auto payload = sample_json();
    payload[json::json_pointer{pointer}] = value;
    return fault_of(payload);
  };
  EXPECT_EQ(fault_with("/data/item/title", 7), "alert: data.item.title is not a string");
  EXPECT_EQ(fault_with("/data/alert/severity", 10),
            "alert: data.alert.severity is not within 1 to 9");
  EXPECT_EQ(fault_with("/data/alert/kind", "odd"), "alert: data.alert.kind is unknown");
  EXPECT_EQ(fault_with("/data/match/topic", "a/b"), "alert: data.match.topic is not a topic name");
  EXPECT_EQ(fault_with("/data/match/evidence/0/start", -1),
            "alert: data.match.evidence[].start is out of range");
  EXPECT_EQ(fault_with("/data/match/evidence", {1}),
            "alert: data.match.evidence holds something else than objects");
  EXPECT_EQ(fault_with("/data/times/published", "yesterday"),
            "alert: data.times.published is not an RFC 3339 time");
  EXPECT_EQ(fault_with("/data/item/authors", {1}),
            "alert: data.item.authors holds something else than strings");
  EXPECT_EQ(fault_with("/data/story", "s1"), "alert: data.story is not an object");
  EXPECT_EQ(fault_with("/sequence", "12x"), "alert: sequence is not a string of digits");
  EXPECT_EQ(fault_with("/sequence", "99999999999999999999"),
            "alert: sequence is not a string of digits");
  EXPECT_EQ(fault_with("/specversion", "2.0"), "alert: specversion is not 1.0");
  EXPECT_EQ(fault_with("/data", "x"), "alert: data is not an object");
}

TEST(Decode, NamesThePartThatIsMissing) {
  auto payload = sample_json();
  payload["data"].erase("match");
  EXPECT_EQ(fault_of(payload), "alert: data.match is missing");
  payload.erase("data");
  EXPECT_EQ(fault_of(payload), "alert: data is missing");
}

TEST(Decode, RefusesWhatIsNoObject) {
  for (const auto* payload : {"", "[]", "7", "{", "null", "\xff"}) {
    const auto decoded = decode(payload);
    ASSERT_FALSE(decoded) << payload;
    EXPECT_EQ(decoded.error().code, Errc::invalid_input);
  }
}

TEST(Decode, RefusesAPayloadOverTheLimit) {
  const auto decoded = decode(std::string(payload_limit + 1, ' '));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, Errc::too_large);
}

TEST(Decode, SurvivesDeepNesting) {
  EXPECT_FALSE(decode(std::string(payload_limit, '[')));
  const auto half = (payload_limit - 6) / 2;
  EXPECT_FALSE(decode("{\"a\":" + std::string(half, '[') + std::string(half, ']') + "}"));
}

}  // namespace
}  // namespace tocsin::alert
