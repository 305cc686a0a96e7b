// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http/compress.hpp"
#include "support/fetch_client.hpp"
#include "support/http_server.hpp"

namespace tocsin::http {
namespace {

using test::always;
using test::compressed;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using test::request_for;
using testing::HasSubstr;

constexpr std::size_t limit = std::size_t{64} * 1024;

test::ScriptedReply coded_reply(const std::string& coding, const std::string& bytes) {
  return http_reply(200, "Content-Encoding: " + coding + "\r\n", bytes);
}

Result<Response> get_limited(const HttpServer& server) {
  auto request = request_for(server.url());
  request.body_limit = limit;
  return FetchClient{}.get(request);
}

class ContentCodingTest : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static std::string coding() { return GetParam(); }
};

TEST_P(ContentCodingTest, IsAskedForAndUndone) {
  const HttpServer server{always(coded_reply(coding(), compressed(coding(), "<rss>text</rss>")))};
  const auto got = get_limited(server);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "<rss>text</rss>");
  EXPECT_THAT(server.requests().front().header("accept-encoding"), HasSubstr(coding()));
}

TEST_P(ContentCodingTest, LetsABodyOfExactlyTheLimitPass) {
  const HttpServer server{
      always(coded_reply(coding(), compressed(coding(), std::string(limit, 'x'))))};
  const auto got = get_limited(server);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body.size(), limit);
}

TEST_P(ContentCodingTest, EndsABombByItsDecodedSize) {
  const auto bomb = compressed(coding(), std::string(std::size_t{32} * 1024 * 1024, '\0'));
  ASSERT_LT(bomb.size(), limit);
  const HttpServer server{always(coded_reply(coding(), bomb))};
  const auto got = get_limited(server);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large);
  EXPECT_THAT(got.error().message, HasSubstr("body over 65536 bytes"));
}

TEST_P(ContentCodingTest, IsToldFromBytesThatAreNotCoded) {
  const HttpServer server{always(coded_reply(coding(), "<rss>this is plain text</rss>"))};
  const auto got = get_limited(server);
  ASSERT_FALSE(got) << got->body;
  EXPECT_EQ(got.error().code, Errc::invalid_input) << got.error().message;
  EXPECT_THAT(got.error().message, HasSubstr("cannot be decompressed"));
}

INSTANTIATE_TEST_SUITE_P(All, ContentCodingTest, testing::Values("gzip", "deflate", "br", "zstd"));

TEST(ContentCoding, OfOneKindUpOnAnotherIsRefused) {
  const auto bytes = test::gzip(test::gzip(test::gzip("<rss/>")));
  const HttpServer server{always(coded_reply("gzip, gzip, gzip", bytes))};
  const auto got = get_limited(server);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input);
  EXPECT_THAT(got.error().message, HasSubstr("compressed more than once"));
}

TEST(ContentCoding, InTwoHeadersIsRefusedToo) {
  const HttpServer server{always(http_reply(
      200, "Content-Encoding: gzip\r\nContent-Encoding: br\r\n", test::brotli(test::gzip("x"))))};
  const auto got = get_limited(server);
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("compressed more than once"));
}

TEST(ContentCoding, WeDoNotKnowIsNoReply) {
  const HttpServer server{always(coded_reply("compress", "whatever"))};
  const auto got = get_limited(server);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input) << got.error().message;
}

TEST(ContentCoding, MayBeCalledIdentity) {
  const HttpServer server{always(coded_reply("identity", "<rss/>"))};
  const auto got = get_limited(server);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "<rss/>");
}

TEST(ContentCoding, IsNotTakenForWhatTheBytesAre) {
  const auto bytes = test::gzip("<rss/>");
  const HttpServer server{always(http_reply(200, {}, bytes))};
  const auto got = get_limited(server);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, bytes);
}

TEST(ContentCoding, BelowTheTransferCodingIsUndoneToo) {
  const auto bytes = test::gzip("<rss/>");
  char size[16];
  std::snprintf(size, sizeof size, "%zx", bytes.size());
  const HttpServer server{always(
      {.pieces = {
           "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" +
           std::string{size} + "\r\n" + bytes + "\r\n0\r\n\r\n"}})};
  const auto got = get_limited(server);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "<rss/>");
}

}  // namespace
}  // namespace tocsin::http
