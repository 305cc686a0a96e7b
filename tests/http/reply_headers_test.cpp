// SPDX-License-Identifier: Apache-2.0
#include "http/reply_headers.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

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

Time at(const char* text) {
  return from_rfc3339(text).value();
}

std::optional<std::chrono::seconds> fresh(std::initializer_list<std::string_view> lines) {
  return fresh_for(reply_of(lines), at("2024-01-01T00:00:00Z"));
}

TEST(ReplyHeaders, KeepsOddValidators) {
  EXPECT_EQ(reply_of({"ETag: \"a,b\", \"c\"\r\n"}).etag, "\"a,b\", \"c\"");
  EXPECT_EQ(reply_of({"ETag: not quoted\r\n"}).etag, "not quoted");
  EXPECT_EQ(reply_of({"ETag: w/\"caf\xC3\xA9\"\r\n"}).etag, "w/\"caf\xC3\xA9\"");
  EXPECT_EQ(reply_of({"Last-Modified: 1704067200\r\n"}).last_modified, "1704067200");
}

TEST(ReplyHeaders, HasNoUseForAValidatorTooLongToBeSentBack) {
  const std::string fits(2048, 'e');
  EXPECT_EQ(reply_of({std::string{"ETag: " + fits + "\r\n"}}).etag, fits);
  EXPECT_EQ(reply_of({std::string{"ETag: " + fits + "e\r\n"}}).etag, "");
}

TEST(ReplyHeaders, DoesNotReadTrailers) {
  const auto headers =
      reply_of({"HTTP/1.1 200 OK\r\n", "Content-Type: text/xml\r\n", "\r\n", "ETag: \"x\"\r\n"});
  EXPECT_EQ(headers.etag, "");
  EXPECT_EQ(headers.bytes, 54U);
}

TEST(ReplyHeaders, CountsContentCodingsOverAllLines) {
  EXPECT_EQ(reply_of({"Content-Encoding: gzip\r\n"}).content_codings, 1U);
  EXPECT_EQ(reply_of({"Content-Encoding: identity, gzip\r\n"}).content_codings, 1U);
  EXPECT_EQ(
      reply_of({"Content-Encoding: gzip,\tbr\r\n", "content-encoding: x\r\n"}).content_codings, 3U);
}

TEST(Freshness, IsReadFromAnyPlaceInAnyCase) {
  EXPECT_EQ(fresh({"Cache-Control: public, Max-Age=300, must-revalidate\r\n"}), 300s);
  EXPECT_EQ(fresh({"Cache-Control: max-age=\"60\"\r\n"}), 60s);
  EXPECT_EQ(fresh({"cache-control: public\r\n", "Cache-Control: max-age=5\r\n"}), 5s);
}

TEST(Freshness, IsThatOfTheFirstMaxAge) {
  EXPECT_EQ(fresh({"Cache-Control: max-age=10, max-age=99\r\n"}), 10s);
}

TEST(Freshness, IsMissingWhenMaxAgeIsNoNumber) {
  EXPECT_EQ(fresh({"Cache-Control: max-age=-5\r\n"}), std::nullopt);
  EXPECT_EQ(fresh({"Cache-Control: max-age=\r\n"}), std::nullopt);
  EXPECT_EQ(fresh({"Cache-Control: s-maxage=5\r\n"}), std::nullopt);
  EXPECT_EQ(fresh({}), std::nullopt);
}

TEST(Freshness, IsMissingWhereTheReplyMayNotBeKept) {
  EXPECT_EQ(fresh({"Cache-Control: no-cache, max-age=300\r\n"}), std::nullopt);
  EXPECT_EQ(fresh({"Cache-Control: No-Store\r\n", "Expires: Mon, 01 Jan 2024 01:00:00 GMT\r\n"}),
            std::nullopt);
  EXPECT_EQ(fresh({"Cache-Control: no-cache=\"Set-Cookie\", max-age=300\r\n"}), 300s);
}

TEST(Freshness, IsNeverOverAYear) {
  EXPECT_EQ(fresh({"Cache-Control: max-age=99999999999999999999999\r\n"}), 24h * 365);
  EXPECT_EQ(fresh({"Expires: Mon, 01 Jan 2180 00:00:00 GMT\r\n"}), 24h * 365);
}

TEST(Freshness, IsLessWhatTheReplySpentInCaches) {
  EXPECT_EQ(fresh({"Cache-Control: max-age=300\r\n", "Age: 100\r\n"}), 200s);
  EXPECT_EQ(fresh({"Cache-Control: max-age=300\r\n", "Age: 1000\r\n"}), 0s);
  EXPECT_EQ(fresh({"Cache-Control: max-age=300\r\n", "Age: -1\r\n"}), 300s);
}

TEST(Freshness, LastsUntilExpiresWhereThereIsNoMaxAge) {
  EXPECT_EQ(fresh({"Expires: Mon, 01 Jan 2024 01:00:00 GMT\r\n"}), 1h);
  EXPECT_EQ(fresh({"Date: Mon, 01 Jan 2024 00:30:00 GMT\r\n",
                   "Expires: Mon, 01 Jan 2024 01:00:00 GMT\r\n"}),
            30min);
  EXPECT_EQ(fresh({"Cache-Control: max-age=5\r\n", "Expires: Mon, 01 Jan 2024 01:00:00 GMT\r\n"}),
            5s);
}

TEST(Freshness, IsNothingWhereExpiresLiesInThePastOrIsNoDate) {
  EXPECT_EQ(fresh({"Expires: Mon, 01 Jan 2020 00:00:00 GMT\r\n"}), 0s);
  EXPECT_EQ(fresh({"Expires: 0\r\n"}), std::nullopt);
  EXPECT_EQ(fresh({"Expires: -1\r\n"}), std::nullopt);
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
