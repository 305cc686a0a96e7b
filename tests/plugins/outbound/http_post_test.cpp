// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_post.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "support/http_server.hpp"
#include "support/tls_server.hpp"

namespace tocsin::outbound {
namespace {

using test::http_reply;
using test::HttpServer;
using test::ScriptedReply;
using test::SeenRequest;
using test::TestAuthority;
using test::TlsServer;
using testing::HasSubstr;
using testing::StartsWith;

HttpPost post_to(const std::string& url, const std::string& ca_file = {}) {
  auto post = HttpPost::create({.url = url, .ca_file = ca_file});
  EXPECT_TRUE(post) << post.error().message;
  return std::move(*post);
}

/// One request to a server that answers so.
Result<Reply> answered_with(const ScriptedReply& reply) {
  HttpServer server{[&](const SeenRequest&) {
    return reply;
  }};
  return post_to(server.url()).send({}, "body");
}

TEST(HttpPost, SendsHeadersAndKeepsTheConnection) {
  HttpServer server{[](const SeenRequest&) {
    return http_reply(200, "X-One: 1\r\n", "fine");
  }};
  HttpPost post = post_to(server.url("/hook?x=1"));
  for (int i = 0; i < 2; ++i) {
    const auto reply = post.send({{"webhook-id", "a1"}}, "{}");
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, "fine");
    EXPECT_EQ(reply->header("x-ONE"), "1");
    EXPECT_EQ(reply->header("x-two"), "");
  }
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[1].method, "POST");
  EXPECT_EQ(seen[1].target, "/hook?x=1");
  EXPECT_EQ(seen[1].header("webhook-id"), "a1");
  EXPECT_EQ(seen[1].header("content-length"), "2");
  EXPECT_EQ(seen[1].connection, seen[0].connection);
}

TEST(HttpPost, ReadsWhatTheTargetWishes) {
  const auto seconds = answered_with(http_reply(429, "Retry-After: 17\r\n"));
  ASSERT_TRUE(seconds);
  EXPECT_EQ(seconds->retry_after, std::chrono::seconds{17});
  const auto date = answered_with(http_reply(
      503,
      "Date: Fri, 28 Apr 2017 19:00:00 GMT\r\nRetry-After: Fri, 28 Apr 2017 19:01:00 GMT\r\n"));
  ASSERT_TRUE(date);
  EXPECT_EQ(date->retry_after, std::chrono::seconds{60});
}

TEST(HttpPost, FollowsNoRedirect) {
  HttpServer other{[](const SeenRequest&) {
    return http_reply(200);
  }};
  const auto reply = answered_with(http_reply(308, "Location: " + other.url() + "\r\n"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 308);
  EXPECT_TRUE(other.requests().empty());
}

TEST(HttpPost, ReadsOfALongBodyNoMoreThanItsLimit) {
  const auto reply = answered_with(http_reply(200, "", std::string(1'000'000, 'x')));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body.size(), reply_limit);
}

TEST(HttpPost, RefusesEndlessHeaders) {
  const auto reply = answered_with(http_reply(200, "X: " + std::string(90'000, 'x') + "\r\n"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::too_large);
}

TEST(HttpPost, TakesNoHalfReplyForAWholeOne) {
  for (const std::string half :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"}) {
    const auto reply = answered_with({.pieces = {half}, .closes = true});
    ASSERT_FALSE(reply) << half;
    EXPECT_EQ(reply.error().code, Errc::unreachable) << half;
    EXPECT_THAT(reply.error().message, HasSubstr("closed"));
  }
}

TEST(HttpPost, WaitsNoLongerThanItsLimit) {
  HttpServer server{[](const SeenRequest&) {
    return ScriptedReply{.pieces = {"HTTP/1.1 200 OK\r\n", "X: 1\r\n\r\n"},
                         .pause = std::chrono::minutes{1}};
  }};
  auto post = HttpPost::create({.url = server.url(), .time_limit = std::chrono::milliseconds{200}});
  ASSERT_TRUE(post);
  const auto reply = post->send({}, "");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::timed_out);
  EXPECT_EQ(reply.error().message, post->host() + ": no answer within 200ms");
}

TEST(HttpPost, ShowsNothingOfTheAddressButItsHost) {
  auto post = HttpPost::create({.url = "http://127.0.0.1:1/services/T0/s3cret?k=s3cret"});
  ASSERT_TRUE(post);
  const auto reply = post->send({}, "");
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, StartsWith("127.0.0.1:1: connection refused"));
  EXPECT_THAT(reply.error().message, testing::Not(HasSubstr("s3cret")));
}

TEST(HttpPost, SendsNoHeaderWithALineBreak) {
  HttpPost post = post_to("http://127.0.0.1:1/");
  const auto reply = post.send({{"webhook-id", "a\r\nX-Evil: 1"}}, "");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::invalid_input);
}

TEST(HttpPost, TakesNoProxyFromTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  EXPECT_TRUE(answered_with(http_reply(200)));
  ::unsetenv("http_proxy");  // NOLINT(concurrency-mt-unsafe)
}

TEST(HttpPost, GoesThroughTheProxyItIsGiven) {
  HttpServer proxy{[](const SeenRequest&) {
    return http_reply(200);
  }};
  auto post = HttpPost::create({.url = "http://desk.invalid/hook", .proxy = proxy.url("")});
  ASSERT_TRUE(post);
  EXPECT_TRUE(post->send({}, ""));
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests()[0].target, "http://desk.invalid/hook");
}

TEST(HttpPost, RefusesAddressesThatAreNone) {
  for (const char* url : {"", "desk.example/hook", "ftp://desk.example/", "https://"}) {
    EXPECT_FALSE(HttpPost::create({.url = url})) << url;
  }
  EXPECT_FALSE(HttpPost::create({.url = "https://desk.example/", .proxy = "nonsense"}));
}

class HttpPostOverTls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    authority_ = new TestAuthority;
    authority_->sign({.name = "server"});
    authority_->sign({.name = "other", .alternative_names = "DNS:other.example"});
    authority_->sign({.name = "old", .days = "-1"});
  }

  static void TearDownTestSuite() { delete authority_; }

  static TestAuthority* authority_;
};

TestAuthority* HttpPostOverTls::authority_ = nullptr;

TEST_F(HttpPostOverTls, TrustsTheAuthorityItIsGiven) {
  TlsServer server{*authority_, "server", [](const SeenRequest&) {
                     return http_reply(200);
                   }};
  HttpPost post = post_to(server.url(), authority_->ca_file());
  EXPECT_TRUE(post.send({}, ""));
}

TEST_F(HttpPostOverTls, TrustsNobodyElse) {
  for (const char* name : {"server", "other", "old"}) {
    TlsServer server{*authority_, name, [](const SeenRequest&) {
                       return http_reply(200);
                     }};
    const bool is_unknown = std::string{name} == "server";
    HttpPost post = post_to(server.url(), is_unknown ? "" : authority_->ca_file());
    const auto reply = post.send({}, "");
    ASSERT_FALSE(reply) << name;
    EXPECT_EQ(reply.error().code, Errc::unreachable);
    EXPECT_THAT(reply.error().message, HasSubstr("TLS certificate not accepted ("));
    EXPECT_TRUE(server.requests().empty());
  }
}

}  // namespace
}  // namespace tocsin::outbound
