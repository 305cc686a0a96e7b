// SPDX-License-Identifier: Apache-2.0
#include "http/reply_headers.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include "base/time_format.hpp"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;

ReplyHeaders reply_of(std::initializer_list<std::string_view> lines) {
  ReplyHeaders headers;
  for (const std::string_view line : lines) take_line(headers, line);
  return headers;
}

TEST(ReplyHeaders, KeepsValidatorsByteExact) {
  const auto headers = reply_of({"HTTP/1.1 200 OK\r\n", "ETag: W/\"a  b\"\r\n",
                                 "LAST-MODIFIED:\tMon, 01 Jan 2024 00:00:00 GMT \r\n"});
  EXPECT_EQ(headers.etag, "W/\"a  b\"");
  EXPECT_EQ(headers.last_modified, "Mon, 01 Jan 2024 00:00:00 GMT");
}

TEST(ReplyHeaders, ForgetsWhatAnInterimReplySaid) {
  const auto headers = reply_of({"HTTP/1.1 103 Early Hints\r\n", "ETag: \"early\"\r\n", "\r\n",
                                 "HTTP/1.1 200 OK\r\n", "Content-Type: text/xml\r\n"});
  EXPECT_EQ(headers.etag, "");
  EXPECT_EQ(headers.content_type, "text/xml");
}

TEST(ReplyHeaders, CountsEveryByteAlsoOfInterimReplies) {
  const auto headers = reply_of({"HTTP/1.1 100 x\r\n", "\r\n", "HTTP/1.1 200 y\r\n"});
  EXPECT_EQ(headers.bytes, 34U);
}

TEST(ReplyHeaders, TakesTheFirstOfARepeatedHeader) {
  EXPECT_EQ(reply_of({"etag: \"1\"\r\n", "etag: \"2\"\r\n"}).etag, "\"1\"");
}

TEST(ReplyHeaders, HasNoUseForAValueWithAControlCharacter) {
  EXPECT_EQ(reply_of({"etag: \"a\rEvil: 1\"\r\n"}).etag, "");
}

TEST(MaxAge, IsReadFromAnyPlaceInAnyCase) {
  EXPECT_EQ(max_age_of("public, Max-Age=300, must-revalidate"), 300s);
  EXPECT_EQ(max_age_of("max-age=\"60\""), 60s);
  EXPECT_EQ(
      max_age_of(
          reply_of({"cache-control: public\r\n", "Cache-Control: max-age=5\r\n"}).cache_control),
      5s);
}

TEST(MaxAge, IsMissingWhenItIsNoNumber) {
  EXPECT_EQ(max_age_of("no-cache"), std::nullopt);
  EXPECT_EQ(max_age_of("max-age=-5"), std::nullopt);
  EXPECT_EQ(max_age_of("max-age="), std::nullopt);
  EXPECT_EQ(max_age_of("s-maxage=5"), std::nullopt);
}

TEST(MaxAge, IsNeverOverAYear) {
  EXPECT_EQ(max_age_of("max-age=99999999999999999999999"), 24h * 365);
}

Time at(const char* text) {
  return from_rfc3339(text).value();
}

TEST(RetryAfter, IsReadAsSeconds) {
  EXPECT_EQ(retry_after_of(reply_of({"Retry-After: 120\r\n"}), Time{}), 120s);
}

TEST(RetryAfter, IsReadAsADateAgainstTheServersOwnClock) {
  const auto headers = reply_of({"Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n",
                                 "Retry-After: Mon, 01 Jan 2024 00:02:00 GMT\r\n"});
  EXPECT_EQ(retry_after_of(headers, at("2030-01-01T00:00:00Z")), 120s);
}

TEST(RetryAfter, IsMeasuredFromOurClockWhenTheServerHasNone) {
  const auto headers = reply_of({"Retry-After: Mon, 01 Jan 2024 00:02:00 GMT\r\n"});
  EXPECT_EQ(retry_after_of(headers, at("2024-01-01T00:01:30Z")), 30s);
}

TEST(RetryAfter, IsNothingWhenItLiesInThePast) {
  const auto headers = reply_of({"Retry-After: Mon, 01 Jan 2024 00:02:00 GMT\r\n"});
  EXPECT_EQ(retry_after_of(headers, at("2024-01-02T00:00:00Z")), 0s);
}

TEST(RetryAfter, IsMissingWhenItIsNeitherForm) {
  EXPECT_EQ(retry_after_of(reply_of({"Retry-After: soon\r\n"}), Time{}), std::nullopt);
  EXPECT_EQ(retry_after_of(reply_of({"Retry-After: -1\r\n"}), Time{}), std::nullopt);
}

}  // namespace
}  // namespace tocsin::http
