// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <string>
#include <utility>

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

void expect_failure(const Result<Response>& got, Errc code, const std::string& reason) {
  ASSERT_FALSE(got) << "status " << got->status;
  EXPECT_EQ(got.error().code, code) << got.error().message;
  EXPECT_THAT(got.error().message, HasSubstr(reason));
  EXPECT_THAT(got.error().message, HasSubstr("host '"));
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() / 100 + 1000, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(FetchFailure, IsRefusedForAPrivateAddressThatNobodyAllowed) {
  const HttpServer server{always(http_reply(200))};
  const auto got = FetchClient{CurlFetcherOptions{}}.get(server.url());
  expect_failure(got, Errc::refused, "resolves to loopback address 127.0.0.1 (not in http.allow)");
  EXPECT_TRUE(server.requests().empty());
}

class OddSpellingTest : public testing::TestWithParam<const char*> {};

TEST_P(OddSpellingTest, OfLoopbackIsRefused) {
  const auto got = FetchClient{CurlFetcherOptions{}}.get(std::string{"http://"} + GetParam() + "/");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
}

INSTANTIATE_TEST_SUITE_P(FetchFailure, OddSpellingTest,
                         testing::Values("0x7f000001", "127.1", "2130706433", "0177.0.0.1",
                                         "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "0.0.0.0",
                                         "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
                                         "169.254.169.254"));

TEST(FetchFailure, IsToldAsUnreachableWhenNobodyListens) {
  std::string url;
  {
    const HttpServer gone{always(http_reply(200))};
    url = gone.url();
  }
  expect_failure(FetchClient{}.get(url), Errc::unreachable, "connection refused");
}

TEST(FetchFailure, IsToldAsUnreachableWhenTheReplyEndsInTheMiddle) {
  const HttpServer server{
      always({.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"}, .closes = true})};
  expect_failure(FetchClient{}.get(server.url()), Errc::unreachable,
                 "closed before the reply's end");
}

TEST(FetchFailure, IsToldAsUnreachableWhenThereIsNoReply) {
  const HttpServer server{always({.pieces = {}, .closes = true})};
  expect_failure(FetchClient{}.get(server.url()), Errc::unreachable, "closed without a reply");
}

TEST(FetchFailure, IsToldAsInvalidWhenTheReplyIsNoHttp) {
  const HttpServer server{always({.pieces = {"SSH-2.0-OpenSSH_9.2\r\n"}, .closes = true})};
  expect_failure(FetchClient{}.get(server.url()), Errc::invalid_input, "reply is not HTTP");
}

TEST(FetchFailure, IsToldAsInvalidWhenTheReplyCannotBeDecompressed) {
  const HttpServer server{always(http_reply(200, "Content-Encoding: gzip\r\n", "no gzip at all"))};
  expect_failure(FetchClient{}.get(server.url()), Errc::invalid_input, "cannot be decompressed");
}

TEST(FetchFailure, IsToldAsUnreachableWhenTlsIsMetByPlainText) {
  const HttpServer server{always(http_reply(200))};
  const auto got = FetchClient{}.get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unreachable);
}

TEST(FetchFailure, EndsABodyAtItsLimit) {
  const HttpServer server{always(http_reply(200, {}, "123456"))};
  auto request = request_for(server.url());
  request.body_limit = 6;
  EXPECT_TRUE(FetchClient{}.get(request));
  request.body_limit = 5;
  expect_failure(FetchClient{}.get(request), Errc::too_large, "body over 5 bytes");
}

TEST(FetchFailure, EndsABodyAtItsLimitWhenNoLengthIsAnnounced) {
  const HttpServer server{
      always({.pieces = {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n123456"}, .closes = true})};
  auto request = request_for(server.url());
  request.body_limit = 5;
  expect_failure(FetchClient{}.get(request), Errc::too_large, "body over 5 bytes");
}

TEST(FetchFailure, EndsAGzipBombByItsDecodedSize) {
  const auto bomb = gzip(std::string(std::size_t{4} * 1024 * 1024, '\0'));
  const HttpServer server{always(http_reply(200, "Content-Encoding: gzip\r\n", bomb))};
  auto request = request_for(server.url());
  request.body_limit = std::size_t{64} * 1024;
  ASSERT_LT(bomb.size(), request.body_limit);
  expect_failure(FetchClient{}.get(request), Errc::too_large, "body over 65536 bytes");
}

TEST(FetchFailure, EndsAFloodOfHeaders) {
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "X-Flood: " + std::string(1000, 'x') + "\r\n";
  const HttpServer server{always(http_reply(200, flood))};
  expect_failure(FetchClient{}.get(server.url()), Errc::too_large, "headers over 65536 bytes");
}

TEST(FetchFailure, EndsADripByTheTotalTime) {
  ScriptedReply drip{.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"}, .pause = 5ms};
  drip.pieces.resize(1000, "x");
  const HttpServer server{always(drip)};
  auto request = request_for(server.url());
  request.total_timeout = 60ms;
  expect_failure(FetchClient{}.get(request), Errc::timed_out, "timed out while it answered");
}

TEST(FetchFailure, CountsTheTotalTimeOverAllRedirects) {
  const HttpServer server{
      always({.pieces = {"HTTP/1.1 302 Found\r\nLocation: /\r\n", "Content-Length: 0\r\n\r\n"},
              .pause = 30ms})};
  auto request = request_for(server.url());
  request.total_timeout = 80ms;
  request.max_redirects = 50;
  const auto got = FetchClient{}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::timed_out) << got.error().message;
}

class WrongUrlTest : public testing::TestWithParam<const char*> {};

TEST_P(WrongUrlTest, IsToldAsInvalid) {
  const auto got = FetchClient{}.get(std::string{GetParam()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input) << got.error().message;
}

INSTANTIATE_TEST_SUITE_P(FetchFailure, WrongUrlTest,
                         testing::Values("", "feed", "file:///etc/passwd", "ftp://127.0.0.1/",
                                         "http://", "http://127.0.0.1:x/",
                                         "http://127.0.0.1:99999/", "http://a b/"));

TEST(FetchFailure, HidesQueryAndUserOfTheUrl) {
  const auto got = FetchClient{}.get("gopher://ann:secret@host/path?key=secret");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, testing::Not(HasSubstr("secret")));
}

TEST(CurlFetcher, DoesNotAskTheEnvironmentForAProxy) {
  const HttpServer proxy{always(http_reply(200, {}, "by proxy"))};
  const HttpServer server{always(http_reply(200, {}, "direct"))};
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  ::setenv("ALL_PROXY", proxy.url().c_str(), 1);
  const auto got = FetchClient{}.get(server.url());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "direct");
}

}  // namespace
}  // namespace tocsin::http
