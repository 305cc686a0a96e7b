// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "alert/codec.hpp"

namespace tocsin::alert {
namespace {

Header sample_header() {
  return Header{
      .epoch = "00ff", .seq = 1842, .prev = 1790, .id = "a1", .type = "tocsin.alert.new.v1"};
}

std::string fault_of(const std::string& json) {
  const auto header = decode_header(json);
  return header ? "accepted" : header.error().message;
}

TEST(Header, ReadsAsTheWireReferenceShowsIt) {
  EXPECT_EQ(encode(sample_header()),
            R"({"v":1,"epoch":"00ff","seq":1842,"prev":1790,"id":"a1","ce":"tocsin.alert.new.v1",)"
            R"("ct":"application/cloudevents+json"})");
}

TEST(Header, ComesBackAsItWasSent) {
  auto sent = sample_header();
  sent.seq = std::numeric_limits<std::uint64_t>::max();
  sent.is_replay = true;
  sent.attempt = 3;
  sent.late_ms = 86'400'000;
  const auto header = decode_header(encode(sent));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->epoch, sent.epoch);
  EXPECT_EQ(header->seq, sent.seq);
  EXPECT_EQ(header->prev, sent.prev);
  EXPECT_EQ(header->id, sent.id);
  EXPECT_EQ(header->type, sent.type);
  EXPECT_TRUE(header->is_replay);
  EXPECT_EQ(header->attempt, 3);
  EXPECT_EQ(header->late_ms, 86'400'000);
}

TEST(Header, IgnoresFieldsOfALaterVersion) {
  EXPECT_TRUE(decode_header(
      R"({"v":1,"epoch":"e","seq":2,"prev":1,"id":"a","ce":"t","ct":"x","later":{"a":[1]}})"));
}

TEST(Header, NamesWhatIsWrong) {
  EXPECT_EQ(fault_of("[]"), "header frame is not a JSON object");
  EXPECT_EQ(fault_of("{"), "header frame is not a JSON object");
  EXPECT_EQ(fault_of("{}"), "header.v is missing");
  EXPECT_EQ(fault_of(R"({"v":2})"), "header.v is not 1");
  EXPECT_EQ(fault_of(R"({"v":1,"epoch":7})"), "header.epoch is not a string");
  EXPECT_EQ(fault_of(R"({"v":1,"epoch":"e","seq":-1})"), "header.seq is out of range");
  EXPECT_EQ(fault_of(R"({"v":1,"epoch":"e","seq":1.5})"), "header.seq is not a whole number");
  EXPECT_EQ(fault_of(R"({"v":1,"epoch":"e","seq":2,"prev":2,"id":"a","ce":"t"})"),
            "header.prev is not below header.seq");
}

TEST(Header, RefusesAFrameOverItsLimit) {
  const auto header = decode_header(std::string(header_limit + 1, ' '));
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, Errc::too_large);
}

}  // namespace
}  // namespace tocsin::alert
