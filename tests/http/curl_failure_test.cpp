// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(FetchFailure, IsRefusedForAPrivateAddressThatNobodyAllowed) {
  const HttpServer server{always(http_reply(200))};
  const auto got = FetchClient{CurlFetcherOptions{}}.get(server.url());
  expect_failure(got, Errc::refused, "resolves to loopback address 127.0.0.1 (not in http.allow)");
  EXPECT_TRUE(server.requests().empty());
}

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

}  // namespace
}  // namespace tocsin::http
