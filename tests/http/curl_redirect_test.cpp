// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/fetch_client.hpp"
#include "support/http_server.hpp"

namespace tocsin::http {
namespace {

using test::always;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using test::request_for;
using test::ScriptedReply;
using test::SeenRequest;
using testing::HasSubstr;

ScriptedReply redirect(int status, const std::string& location) {
  return http_reply(status, "Location: " + location + "\r\n", "moved");
}

/// Redirects "/N" to "/N-1", permanently but for 2, and answers at "/0".
ScriptedReply count_down(const SeenRequest& request) {
  const int left = std::stoi(request.target.substr(1));
  if (left == 0) return http_reply(200, {}, "here");
  return redirect(left == 2 ? 302 : 301, "/" + std::to_string(left - 1));
}

TEST(Redirects, AreFollowedAndRecordedHopByHop) {
  const HttpServer server{count_down};
  const auto got = FetchClient{}.get(server.url("/3"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "here");
  EXPECT_EQ(got->final_url, server.url("/0"));
  ASSERT_EQ(got->redirects.size(), 3U);
  EXPECT_EQ(got->redirects[0].status, 301);
  EXPECT_EQ(got->redirects[0].from, server.url("/3"));
  EXPECT_EQ(got->redirects[0].to, server.url("/2"));
  EXPECT_EQ(got->redirects[1].status, 302);
}

TEST(Redirects, ArePermanentUpToTheFirstThatIsNot) {
  EXPECT_EQ(permanent_target({}), "");
  EXPECT_EQ(permanent_target({{302, "a", "b"}, {301, "b", "c"}}), "");
  EXPECT_EQ(permanent_target({{301, "a", "b"}, {308, "b", "c"}, {307, "c", "d"}}), "c");
}

TEST(Redirects, EndAfterFive) {
  const HttpServer server{count_down};
  EXPECT_TRUE(FetchClient{}.get(server.url("/5")));
  const auto got = FetchClient{}.get(server.url("/6"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused);
  EXPECT_EQ(got.error().message, "host '127.0.0.1': more than 5 redirects");
}

TEST(Redirects, EndALoop) {
  const HttpServer server{always(redirect(302, "/"))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST(Redirects, KeepTheValidators) {
  const HttpServer server{count_down};
  auto request = request_for(server.url("/1"));
  request.etag = "\"e\"";
  ASSERT_TRUE(FetchClient{}.get(request));
  EXPECT_EQ(server.requests().back().header("if-none-match"), "\"e\"");
}

TEST(Redirects, SendNoReferer) {
  const HttpServer server{count_down};
  ASSERT_TRUE(FetchClient{}.get(server.url("/1")));
  EXPECT_EQ(server.requests().back().header("referer"), "");
}

TEST(Redirects, AreEncodedWhereTheLocationIsNot) {
  const HttpServer server{[](const SeenRequest& request) {
    return request.target == "/" ? redirect(302, "/caf\xC3\xA9 x") : http_reply(200);
  }};
  ASSERT_TRUE(FetchClient{}.get(server.url()));
  EXPECT_EQ(server.requests().back().target, "/caf%C3%A9%20x");
}

TEST(Redirects, WithoutALocationAreAReply) {
  const HttpServer server{always(http_reply(301))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 301);
}

TEST(Redirects, ToAPrivateAddressAreRefusedAtConnect) {
  const HttpServer server{always(redirect(302, "http://127.0.0.2:9/"))};
  auto options = test::loopback_allowed();
  options.guard = AddressGuard{{parse_allowed_target("127.0.0.1").value()}};
  const auto got = FetchClient{std::move(options)}.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused);
  EXPECT_EQ(got.error().message,
            "host '127.0.0.2' resolves to loopback address 127.0.0.2 (not in http.allow)");
}

Request with_credentials(const std::string& url) {
  auto request = request_for(url);
  request.credential.bearer = "secret-token";
  request.credential.headers = {{"X-Key", "secret-key"}};
  return request;
}

TEST(Credentials, GoToTheFirstHostOnEveryHop) {
  const HttpServer server{count_down};
  ASSERT_TRUE(FetchClient{}.get(with_credentials(server.url("/1"))));
  const auto last = server.requests().back();
  EXPECT_EQ(last.header("authorization"), "Bearer secret-token");
  EXPECT_EQ(last.header("x-key"), "secret-key");
}

TEST(Credentials, StayBehindWhenAnotherServerIsNext) {
  const HttpServer other{always(http_reply(200))};
  const HttpServer first{always(redirect(302, other.url("/")))};
  ASSERT_TRUE(FetchClient{}.get(with_credentials(first.url())));
  EXPECT_EQ(first.requests().front().header("x-key"), "secret-key");
  EXPECT_EQ(other.requests().front().header("authorization"), "");
  EXPECT_EQ(other.requests().front().header("x-key"), "");
}

TEST(Credentials, DoNotComeBackAfterAnotherHost) {
  const HttpServer server{[](const SeenRequest& request) {
    if (request.target == "/end") return http_reply(200);
    const bool is_abroad = request.header("host").starts_with("localhost");
    const std::string port = request.header("host").substr(request.header("host").find(':'));
    return redirect(302, is_abroad ? "http://127.0.0.1" + port + "/end"
                                   : "http://localhost" + port + "/abroad");
  }};
  ASSERT_TRUE(FetchClient{}.get(with_credentials(server.url("/start"))));
  EXPECT_EQ(server.requests().back().target, "/end");
  EXPECT_EQ(server.requests().back().header("authorization"), "");
}

TEST(Credentials, AreTakenFromTheUrlAndNeverShown) {
  const HttpServer server{always(http_reply(200))};
  const auto got =
      FetchClient{}.get("http://ann:p%40ss@127.0.0.1:" + std::to_string(server.port()) + "/");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(server.requests().front().header("authorization"), "Basic YW5uOnBAc3M=");
  EXPECT_EQ(got->final_url, server.url());
}

TEST(Credentials, OfBasicKindAreSent) {
  const HttpServer server{always(http_reply(200))};
  auto request = request_for(server.url());
  request.credential.user = "ann";
  request.credential.password = "p@ss";
  ASSERT_TRUE(FetchClient{}.get(request));
  EXPECT_EQ(server.requests().front().header("authorization"), "Basic YW5uOnBAc3M=");
}

TEST(Credentials, InARedirectTargetAreNotUsed) {
  const HttpServer server{[](const SeenRequest& request) {
    return request.target == "/" ? redirect(302, "http://eve:x@" + request.header("host") + "/next")
                                 : http_reply(200);
  }};
  ASSERT_TRUE(FetchClient{}.get(server.url()));
  EXPECT_EQ(server.requests().back().header("authorization"), "");
}

TEST(Credentials, WithALineBreakAreRefusedBeforeAnythingIsSent) {
  const HttpServer server{always(http_reply(200))};
  auto request = request_for(server.url());
  request.credential.bearer = "x\r\nEvil: 1";
  const auto got = FetchClient{}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input);
  EXPECT_THAT(got.error().message, testing::Not(HasSubstr("Evil")));
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace tocsin::http
