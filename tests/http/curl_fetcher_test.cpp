// SPDX-License-Identifier: Apache-2.0
#include "http/curl_fetcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
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
using test::loopback_allowed;
using test::request_for;
using testing::HasSubstr;

TEST(CurlFetcher, HandsOverTheReplyAndWhatItsHeadersSay) {
  const HttpServer server{always(http_reply(200,
                                            "Content-Type: application/rss+xml\r\n"
                                            "ETag: W/\"x\"\r\n"
                                            "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
                                            "Cache-Control: max-age=90\r\n",
                                            "<rss/>"))};
  const auto got = FetchClient{}.get(server.url("/feed"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 200);
  EXPECT_TRUE(got->is_ok());
  EXPECT_EQ(got->body, "<rss/>");
  EXPECT_EQ(got->content_type, "application/rss+xml");
  EXPECT_EQ(got->etag, "W/\"x\"");
  EXPECT_EQ(got->last_modified, "Mon, 01 Jan 2024 00:00:00 GMT");
  EXPECT_EQ(got->max_age, 90s);
  EXPECT_EQ(got->final_url, server.url("/feed"));
  EXPECT_TRUE(got->redirects.empty());
}

TEST(CurlFetcher, AsksPolitelyAndForCompression) {
  const HttpServer server{always(http_reply(200))};
  auto request = request_for(server.url("/a?b=c#d"));
  request.user_agent = "tocsin-test (+https://example.org/)";
  request.headers = {{"A-IM", "feed"}};
  ASSERT_TRUE(FetchClient{}.get(request));
  const auto seen = server.requests().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/a?b=c");
  EXPECT_EQ(seen.header("user-agent"), "tocsin-test (+https://example.org/)");
  EXPECT_EQ(seen.header("a-im"), "feed");
  EXPECT_THAT(seen.header("accept-encoding"), HasSubstr("gzip"));
  EXPECT_EQ(seen.header("cookie"), "");
  EXPECT_EQ(seen.header("if-none-match"), "");
  EXPECT_EQ(seen.header("if-modified-since"), "");
  EXPECT_EQ(seen.header("referer"), "");
}

TEST(CurlFetcher, SendsBothValidatorsByteExactAndTakesNotModified) {
  const HttpServer server{always(http_reply(304, "ETag: \"new\"\r\n"))};
  auto request = request_for(server.url());
  request.etag = "W/\"a b\"";
  request.last_modified = "yesterday, more or less";
  const auto got = FetchClient{}.get(request);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 304);
  EXPECT_EQ(got->body, "");
  EXPECT_EQ(got->etag, "\"new\"");
  const auto seen = server.requests().front();
  EXPECT_EQ(seen.header("if-none-match"), "W/\"a b\"");
  EXPECT_EQ(seen.header("if-modified-since"), "yesterday, more or less");
}

TEST(CurlFetcher, HandsOverRepliesOfEveryStatus) {
  const HttpServer server{always(http_reply(503, "Retry-After: 7\r\n", "busy"))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 503);
  EXPECT_EQ(got->retry_after, 7s);
  EXPECT_FALSE(got->is_ok());
}

TEST(CurlFetcher, DoesNotKeepCookies) {
  const HttpServer server{always(http_reply(200, "Set-Cookie: a=b; Path=/\r\n"))};
  FetchClient client;
  ASSERT_TRUE(client.get(server.url()));
  ASSERT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.requests().back().header("cookie"), "");
}

TEST(CurlFetcher, ReusesAConnectionToTheSameHostOnly) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  ASSERT_TRUE(client.get(server.url()));
  ASSERT_TRUE(client.get(server.url()));
  ASSERT_TRUE(client.get(server.url("/", "localhost")));
  const auto seen = server.requests();
  EXPECT_EQ(seen.at(1).connection, seen.at(0).connection);
  EXPECT_NE(seen.at(2).connection, seen.at(0).connection);
}

TEST(CurlFetcher, ClosesAConnectionThatNobodyIsToUseAgain) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  auto request = request_for(server.url());
  request.keeps_connection = false;
  ASSERT_TRUE(client.get(request));
  ASSERT_TRUE(client.get(request));
  const auto seen = server.requests();
  EXPECT_NE(seen.at(1).connection, seen.at(0).connection);
}

TEST(CurlFetcher, HasAtMostSoManyTransfersUnderWay) {
  const HttpServer server{always(http_reply(200, {}, "x"))};
  auto options = loopback_allowed();
  options.max_in_flight = 2;
  FetchClient client{std::move(options)};
  std::size_t most = 0;
  std::size_t missing = 9;
  for (std::size_t i = 0; i < 9; ++i) {
    client.fetcher().start(request_for(server.url()), [&](const Result<Response>& got) {
      EXPECT_TRUE(got);
      most = std::max(most, client.fetcher().in_flight() + 1);  // this one has just ended
      if (--missing == 0) client.loop().stop();
    });
  }
  EXPECT_EQ(client.fetcher().waiting(), 9U);
  client.loop().run();
  EXPECT_EQ(most, 2U);
}

TEST(CurlFetcher, CallsNobodyBackForWhatWasCancelled) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  bool was_called = false;
  client.fetcher().start(request_for(server.url("/cancelled")),
                         [&](const Result<Response>&) { was_called = true; });
  client.fetcher().cancel_all();
  ASSERT_TRUE(client.get(server.url()));
  EXPECT_FALSE(was_called);
}

TEST(CurlFetcher, NeverCallsBackFromInsideStart) {
  FetchClient client;
  bool is_inside = true;
  client.fetcher().start(request_for("not a url"), [&](const Result<Response>& got) {
    EXPECT_FALSE(got);
    EXPECT_FALSE(is_inside);
    client.loop().stop();
  });
  is_inside = false;
  client.loop().run();
}

TEST(CurlFetcher, EncodesWhatMayNotStandInARequestLine) {
  const HttpServer server{always(http_reply(200))};
  ASSERT_TRUE(FetchClient{}.get(server.url("/n\xC3\xBCrnberg?q=\xC3\xA4")));
  EXPECT_EQ(server.requests().front().target, "/n%C3%BCrnberg?q=%C3%A4");
}

}  // namespace
}  // namespace tocsin::http
