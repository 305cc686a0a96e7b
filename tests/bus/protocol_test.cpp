// SPDX-License-Identifier: Apache-2.0
#include "bus/protocol.hpp"

#include <gtest/gtest.h>

#include <string>

#include "alert/codec.hpp"

namespace tocsin::bus {
namespace {

Request parse_json(std::string_view verb, std::string_view json) {
  return parse({"", "TCS1", verb, json}).request;
}

std::string refusal(std::string_view verb, std::string_view json) {
  const Request request = parse_json(verb, json);
  const auto* bad = std::get_if<BadRequest>(&request);
  return bad == nullptr ? "" : bad->code;
}

TEST(Protocol, ReadsHello) {
  const auto hello = std::get<Hello>(parse_json("HELLO", R"({"name":"archive","filters":["alert/"],
    "start":{"seq":41},"takeover":true,"instance":"i","plugin":{"name":"jsonl","version":"2"}})"));
  EXPECT_EQ(hello.name, "archive");
  EXPECT_EQ(hello.filters, alert::Filters{"alert/"});
  EXPECT_EQ(hello.start.begin, Begin::seq);
  EXPECT_EQ(hello.start.seq, 41U);
  EXPECT_TRUE(hello.takeover);
  EXPECT_EQ(hello.instance, "i");
  EXPECT_EQ(hello.plugin, "jsonl");
}

TEST(Protocol, RefusesANameThatWouldHaveToBeCleaned) {
  EXPECT_EQ(refusal("HELLO", R"({"name":"a\u0000b"})"), "bad-request");
  EXPECT_EQ(refusal("HELLO", R"({"name":"a\u200bb"})"), "bad-request");
  EXPECT_EQ(refusal("HELLO", R"({"name":7})"), "bad-request");
  EXPECT_EQ(refusal("ADMIN", R"({"verb":"sta\u0000tus"})"), "bad-request");
  EXPECT_EQ(refusal("ADMIN", "{}"), "bad-request");
}

TEST(Protocol, TellsOfARecordFromTheLogHowLateItIs) {
  const alert::LogRecord record{.seq = 7,
                                .prev = 5,
                                .frame = "alert/floods/3/",
                                .id = "x",
                                .committed = Time{std::chrono::milliseconds{1000}}};
  const Time now{std::chrono::milliseconds{4200}};
  const auto live = alert::decode_header(record_frames(record, "e").at(1));
  ASSERT_TRUE(live);
  EXPECT_FALSE(live->is_replay);
  EXPECT_EQ(live->late_ms, 0);
  const auto replayed = alert::decode_header(replayed_frames(record, "e", now, 2).at(1));
  ASSERT_TRUE(replayed);
  EXPECT_TRUE(replayed->is_replay);
  EXPECT_EQ(replayed->late_ms, 3200);
  EXPECT_EQ(replayed->attempt, 2);
  EXPECT_EQ(replayed->prev, 5U);
}

TEST(Protocol, BeginsAtTheAcknowledgedCursorUnlessTold) {
  EXPECT_EQ(std::get<Hello>(parse_json("HELLO", "{}")).start.begin, Begin::acknowledged);
}

TEST(Protocol, ReadsAStartInTime) {
  const auto hello =
      std::get<Hello>(parse_json("HELLO", R"({"start":{"time":"1970-01-01T00:00:01Z"}})"));
  EXPECT_EQ(hello.start.begin, Begin::time);
  EXPECT_EQ(hello.start.time_ms, 1000);
}

TEST(Protocol, RepeatsTheNumberOfARequest) {
  EXPECT_EQ(parse({"", "TCS1", "BYE", R"({"req":9})"}).number, 9U);
}

TEST(Protocol, IgnoresFieldsAndFramesItDoesNotKnow) {
  const auto parsed = parse({"", "TCS1", "ACK", R"({"seq":3,"colour":"red"})", "more", "more"});
  EXPECT_EQ(std::get<Ack>(parsed.request).seq, 3U);
}

TEST(Protocol, KeepsAFetchWithinItsLimits) {
  const auto fetch =
      std::get<Fetch>(parse_json("FETCH", R"({"after":1,"max":999999999,"max_bytes":0})"));
  EXPECT_EQ(fetch.max_records, fetch_limit);
  EXPECT_EQ(fetch.max_bytes, 1U);
  EXPECT_FALSE(fetch.filters.has_value());
}

TEST(Protocol, KeepsAPauseWithinAnHour) {
  const auto nak = std::get<Nak>(
      parse_json("NAK", R"({"seq":1,"reason":"down","retry_after":18446744073709551615})"));
  EXPECT_EQ(nak.retry_after, std::chrono::hours{1});
  EXPECT_FALSE(nak.is_final);
}

TEST(Protocol, TakesTermForAFinalRefusal) {
  EXPECT_TRUE(std::get<Nak>(parse_json("TERM", R"({"seq":1})")).is_final);
}

TEST(Protocol, HandsAdminObjectsOnUnread) {
  const auto admin = std::get<Admin>(parse_json("ADMIN", R"({"verb":"reload","x":[1]})"));
  EXPECT_EQ(admin.verb, "reload");
  EXPECT_EQ(admin.json, R"({"verb":"reload","x":[1]})");
}

TEST(Protocol, RefusesVerbsItDoesNotKnow) {
  EXPECT_EQ(refusal("hello", "{}"), "unknown-verb");
}

TEST(Protocol, EscapesAVerbBeforeItRepeatsIt) {
  const auto bad = std::get<BadRequest>(parse_json("\x1b[31m", "{}"));
  EXPECT_EQ(bad.message.find('\x1b'), std::string::npos);
}

TEST(Protocol, RefusesFramesThatAreNoRequest) {
  EXPECT_TRUE(std::holds_alternative<BadRequest>(parse({}).request));
  EXPECT_TRUE(std::holds_alternative<BadRequest>(parse({"", "TCS1", "BYE"}).request));
  EXPECT_TRUE(std::holds_alternative<BadRequest>(parse({"x", "TCS1", "BYE", "{}"}).request));
  EXPECT_TRUE(std::holds_alternative<BadRequest>(parse({"", "TCS2", "BYE", "{}"}).request));
  const std::string large = "{\"a\":\"" + std::string(frame_limit, 'a') + "\"}";
  EXPECT_TRUE(std::holds_alternative<BadRequest>(parse({"", "TCS1", "BYE", large}).request));
}

struct Wrong {
  const char* verb;
  const char* json;
};

class WrongObject : public testing::TestWithParam<Wrong> {};

TEST_P(WrongObject, IsABadRequest) {
  EXPECT_EQ(refusal(GetParam().verb, GetParam().json), "bad-request");
}

INSTANTIATE_TEST_SUITE_P(
    OfEachVerb, WrongObject,
    testing::Values(
        Wrong{"HELLO", R"({"name":"../etc"})"}, Wrong{"HELLO", R"({"name":7})"},
        Wrong{"HELLO", R"({"start":"yesterday"})"}, Wrong{"HELLO", R"({"start":{}})"},
        Wrong{"HELLO", R"({"start":{"seq":-1}})"}, Wrong{"HELLO", R"({"filters":"alert/"})"},
        Wrong{"HELLO", R"({"filters":["\u0000"]})"}, Wrong{"HELLO", R"({"takeover":"yes"})"},
        Wrong{"FETCH", "{}"}, Wrong{"FETCH", R"({"after":-1})"}, Wrong{"FETCH", R"({"after":1.5})"},
        Wrong{"FETCH", R"({"after":99999999999999999999999})"},
        Wrong{"FETCH", R"({"after":1,"filters":[1]})"}, Wrong{"CHECK", R"({"after":1,"count":0})"},
        Wrong{"CHECK", R"({"after":5,"upto":4,"count":0})"}, Wrong{"ACK", "{}"},
        Wrong{"ACK", R"({"seq":"3"})"}, Wrong{"NAK", R"({"reason":"x"})"},
        Wrong{"STATUS", R"({"sent":-4})"}, Wrong{"ADMIN", "{}"},
        Wrong{"ADMIN", R"({"verb":"rm -rf"})"}));

TEST(Protocol, RefusesFiltersLongerOrMoreThanItTakes) {
  EXPECT_EQ(refusal("HELLO", R"({"filters":[")" + std::string(201, 'a') + R"("]})"), "bad-request");
  std::string many = R"({"filters":["a")";
  for (int i = 0; i < 64; ++i) many += R"(,"a")";
  EXPECT_EQ(refusal("HELLO", many + "]}"), "bad-request");
}

TEST(Protocol, CutsWhatASubscriberSaysInWords) {
  const auto status = std::get<Status>(
      parse_json("STATUS", R"({"last_error":")" + std::string(5000, 'e') + R"("})"));
  EXPECT_EQ(status.last_error.size(), 500U);
}

}  // namespace
}  // namespace tocsin::bus
