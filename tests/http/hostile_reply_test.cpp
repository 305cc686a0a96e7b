// SPDX-License-Identifier: Apache-2.0
// Servers that break HTTP, by mistake or to do harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fetch_client.hpp"
#include "support/http_server.hpp"

namespace tocsin::http {
namespace {

using namespace std::chrono_literals;
using test::always;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using test::request_for;
using test::ScriptedReply;
using testing::HasSubstr;

Result<Response> answer_of(const ScriptedReply& reply) {
  const HttpServer server{always(reply)};
  auto request = request_for(server.url());
  request.total_timeout = 2s;
  request.body_limit = 100'000;
  return FetchClient{}.get(request);
}

ScriptedReply raw(const std::string& bytes) {
  return {.pieces = {bytes}, .closes = true};
}

std::vector<std::string> times(std::size_t count, const std::string& text) {
  return std::vector<std::string>(count, text);
}

class MalformedTest : public testing::TestWithParam<const char*> {};

TEST_P(MalformedTest, IsNoReply) {
  const auto got = answer_of(raw(GetParam()));
  ASSERT_FALSE(got) << "status " << got->status << ", body '" << got->body << "'";
  EXPECT_THAT(got.error().code, testing::AnyOf(Errc::invalid_input, Errc::unreachable))
      << got.error().message;
  EXPECT_EQ(got.error().message.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    HostileReply, MalformedTest,
    testing::Values("<rss>as HTTP/0.9 has it</rss>", "\r\n\r\n", "HTTP/1.1\r\n\r\n",
                    "HTTP/1.1 abc OK\r\n\r\n", "HTTP/7.5 200 OK\r\n\r\nx",
                    "HTTP/1.1 200 OK\r\nContent-Le",
                    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
                    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n123456789",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
                    "HTTP/1.1 100 Continue\r\n\r\n"));

TEST(HostileReply, WithALengthTooShortIsCutThereAndTheRestNotReadAsAReply) {
  const HttpServer server{
      always({.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"
                         "Content-Length: 4\r\n\r\nevil"}})};
  FetchClient client;
  EXPECT_EQ(client.get(server.url("/a"))->body, "ok");
  const auto next = client.get(server.url("/b"));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->body, "ok");
}

TEST(HostileReply, OverTheLimitByItsOwnAccountIsNotRead) {
  const auto got = answer_of(raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large) << got.error().message;
}

TEST(HostileReply, WithoutAnEndIsCutAtTheLimit) {
  ScriptedReply endless{.pieces = times(1000, std::string(10'000, 'x')), .closes = true};
  endless.pieces.front() = "HTTP/1.1 200 OK\r\n\r\n";
  const auto got = answer_of(endless);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large) << got.error().message;
}

TEST(HostileReply, InEndlessChunksIsCutAtTheLimit) {
  ScriptedReply endless{.pieces = times(1000, "3e8\r\n" + std::string(1000, 'x') + "\r\n")};
  endless.pieces.front() = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto got = answer_of(endless);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large) << got.error().message;
}

TEST(HostileReply, WithAHeaderLineWithoutAnEndIsCut) {
  ScriptedReply endless{.pieces = times(1000, std::string(10'000, 'x'))};
  endless.pieces.front() = "HTTP/1.1 200 OK\r\nX-Long: ";
  const auto got = answer_of(endless);
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().code, Errc::timed_out) << got.error().message;
}

TEST(HostileReply, WithAFloodOfInterimRepliesIsCut) {
  const HttpServer server{always(
      {.pieces = times(10'000, "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")})};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large) << got.error().message;
  EXPECT_THAT(got.error().message, HasSubstr("headers over"));
}

TEST(HostileReply, WithAFloodOfTrailersIsCut) {
  ScriptedReply flood{.pieces = times(10'000, "X-Trailer: " + std::string(100, 'x') + "\r\n")};
  flood.pieces.front() = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
  const auto got = answer_of(flood);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::too_large) << got.error().message;
}

TEST(HostileReply, WithTrailersKeepsTheHeadersItBeganWith) {
  const auto got = answer_of(
      raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n1\r\nx\r\n0\r\n"
          "ETag: \"late\"\r\nLocation: http://127.0.0.1:1/\r\n\r\n"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "x");
  EXPECT_EQ(got->etag, "");
}

TEST(HostileReply, ThatDripsItsHeadersEndsByTheTotalTime) {
  ScriptedReply drip{.pieces = times(1000, "X: y\r\n"), .pause = 5ms};
  drip.pieces.front() = "HTTP/1.1 200 OK\r\n";
  const HttpServer server{always(drip)};
  auto request = request_for(server.url());
  request.total_timeout = 60ms;
  const auto got = FetchClient{}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::timed_out) << got.error().message;
}

TEST(HostileReply, WithABodyToNotModifiedHasNone) {
  const HttpServer server{
      always(raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody"))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 304);
  EXPECT_EQ(got->body, "");
}

TEST(HostileReply, CannotPutControlCharactersIntoOurMessages) {
  const auto got = answer_of(raw("HTTP/1.1 302 x\r\nLocation: ftp://\x1b[31mred\r\n\r\n"));
  EXPECT_TRUE(got) << "a location with a control character is none";
}

TEST(HostileReply, DoesNotHoldUpTheOthers) {
  ScriptedReply drip{.pieces = {"HTTP/1.1 200 OK\r\n", "x"}, .pause = 10s};
  const HttpServer slow{always(drip)};
  const HttpServer quick{always(http_reply(200, {}, "here"))};
  auto stuck = request_for(slow.url());
  stuck.total_timeout = 500ms;
  auto results = FetchClient{}.get_all({stuck, request_for(quick.url()), stuck});
  EXPECT_FALSE(results[0]);
  ASSERT_TRUE(results[1]);
  EXPECT_LT(results[1]->elapsed, 400ms);
}

}  // namespace
}  // namespace tocsin::http
