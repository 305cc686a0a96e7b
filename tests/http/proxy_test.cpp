// SPDX-License-Identifier: Apache-2.0
#include "http/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

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
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A literal, so that no name server is asked; nothing is sent there, the proxy answers.
constexpr auto public_url = "http://93.184.216.34/feed";

CurlFetcherOptions only(const HttpServer& server) {
  const auto target = "127.0.0.1:" + std::to_string(server.port());
  return {.guard = AddressGuard{{parse_allowed_target(target).value()}}};
}

Request via(const HttpServer& proxy, const std::string& url) {
  auto request = request_for(url);
  request.route.proxy = proxy.url("");
  return request;
}

TEST(Proxy, IsAskedForTheWholeUrl) {
  const HttpServer proxy{always(http_reply(200, {}, "by proxy"))};
  const auto got = FetchClient{only(proxy)}.get(via(proxy, public_url));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "by proxy");
  EXPECT_EQ(proxy.requests().front().target, public_url);
  EXPECT_EQ(proxy.requests().front().header("host"), "93.184.216.34");
}

class ProxiedTargetTest : public testing::TestWithParam<const char*> {};

TEST_P(ProxiedTargetTest, OnAPrivateAddressIsRefusedBeforeTheProxyIsAsked) {
  const HttpServer proxy{always(http_reply(200, {}, "secret"))};
  FetchClient client{only(proxy)};
  for (const std::string scheme : {"", "socks5h://", "socks4a://"}) {
    auto request = via(proxy, GetParam());
    if (!scheme.empty()) request.route.proxy.replace(0, std::string{"http://"}.size(), scheme);
    const auto got = client.get(request);
    ASSERT_FALSE(got) << scheme;
    EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
    EXPECT_THAT(got.error().message, HasSubstr("not in http.allow"));
  }
  EXPECT_TRUE(proxy.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Proxy, ProxiedTargetTest,
                         testing::Values("http://127.0.0.2/", "https://127.0.0.2/",
                                         "http://localhost:9/", "http://0x7f000002/",
                                         "http://2130706434/", "http://[::1]/",
                                         "http://[::ffff:10.0.0.1]/", "http://192.168.1.1/",
                                         "http://%31%32%37.0.0.2/",
                                         "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.2/"));

TEST(Proxy, IsItselfUnderTheGuard) {
  const HttpServer proxy{always(http_reply(200))};
  const auto got = FetchClient{CurlFetcherOptions{}}.get(via(proxy, public_url));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused);
  EXPECT_EQ(got.error().message,
            "host '127.0.0.1' resolves to loopback address 127.0.0.1 (not in http.allow)");
  EXPECT_TRUE(proxy.requests().empty());
}

TEST(Proxy, CannotRedirectToAPrivateAddress) {
  const HttpServer proxy{always(http_reply(302, "Location: http://127.0.0.2/secret\r\n"))};
  const auto got = FetchClient{only(proxy)}.get(via(proxy, public_url));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
  EXPECT_EQ(proxy.requests().size(), 1U);
}

TEST(Proxy, IsNotPassedByOnAConnectionThatIsOpenAlready) {
  const HttpServer server{always(http_reply(200, {}, "direct"))};
  const HttpServer proxy{always(http_reply(200, {}, "by proxy"))};
  FetchClient client;
  ASSERT_TRUE(client.get(server.url()));
  const auto got = client.get(via(proxy, server.url()));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "by proxy");
  EXPECT_EQ(server.requests().size(), 1U) << "the question about its address went to the server";
}

TEST(Proxy, IsToldItsOwnPasswordAndTheServerIsNot) {
  const HttpServer proxy{always(http_reply(200))};
  auto request = via(proxy, public_url);
  request.route.proxy_user = "ann";
  request.route.proxy_password = "p@ss";
  ASSERT_TRUE(FetchClient{only(proxy)}.get(request));
  EXPECT_EQ(proxy.requests().front().header("proxy-authorization"), "Basic YW5uOnBAc3M=");
  EXPECT_EQ(proxy.requests().front().header("authorization"), "");
}

TEST(Proxy, IsToldThePasswordInItsUrl) {
  const HttpServer proxy{always(http_reply(200))};
  auto request = request_for(public_url);
  request.route.proxy = "http://ann:p%40ss@127.0.0.1:" + std::to_string(proxy.port());
  ASSERT_TRUE(FetchClient{only(proxy)}.get(request));
  EXPECT_EQ(proxy.requests().front().header("proxy-authorization"), "Basic YW5uOnBAc3M=");
}

TEST(Proxy, DoesNotLendOneUsersConnectionToAnother) {
  const HttpServer proxy{always(http_reply(200))};
  FetchClient client{only(proxy)};
  for (const std::string user : {"ann", "bob", ""}) {
    auto request = via(proxy, public_url);
    request.route.proxy_user = user;
    ASSERT_TRUE(client.get(request));
  }
  const auto seen = proxy.requests();
  EXPECT_NE(seen.at(1).connection, seen.at(0).connection);
  EXPECT_NE(seen.at(2).connection, seen.at(1).connection);
  EXPECT_EQ(seen.at(2).header("proxy-authorization"), "");
}

TEST(Proxy, SeesNoCredentialOfATunnelledServer) {
  const HttpServer proxy{always(http_reply(407))};
  auto request = via(proxy, "https://93.184.216.34/feed");
  request.credential.bearer = "secret-token";
  request.credential.headers = {{"X-Key", "secret-key"}};
  request.route.proxy_user = "ann";
  request.route.proxy_password = "secret-password";
  const auto got = FetchClient{only(proxy)}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unreachable);
  EXPECT_EQ(got.error().message, "host '93.184.216.34': the proxy answered with 407");
  const auto seen = proxy.requests().front();
  EXPECT_EQ(seen.method, "CONNECT");
  EXPECT_EQ(seen.target, "93.184.216.34:443");
  EXPECT_EQ(seen.header("authorization"), "");
  EXPECT_EQ(seen.header("x-key"), "");
}

class WrongProxyTest : public testing::TestWithParam<const char*> {};

TEST_P(WrongProxyTest, IsToldWithoutItsSecret) {
  auto request = request_for(public_url);
  request.route.proxy = GetParam();
  const auto got = FetchClient{}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input);
  EXPECT_THAT(got.error().message,
              AllOf(HasSubstr("the proxy is no URL"), Not(HasSubstr("secret"))));
}

INSTANTIATE_TEST_SUITE_P(Proxy, WrongProxyTest,
                         testing::Values("http://ann:secret@127.0.0.1",
                                         "ftp://ann:secret@127.0.0.1/", "http://", "127.0.0.1:3128",
                                         "http://ann:secret@127.0.0.1:port/",
                                         "http://ann:secret@127.0.0.1:123456/"));

TEST(Proxy, ThatIsNotThereIsToldWithoutItsPassword) {
  auto request = request_for(public_url);
  {
    const HttpServer gone{always(http_reply(200))};
    request.route.proxy = gone.url("");
  }
  request.route.proxy_user = "ann";
  request.route.proxy_password = "secret";
  const auto got = FetchClient{}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unreachable) << got.error().message;
  EXPECT_THAT(got.error().message, Not(HasSubstr("secret")));
}

/// Sets an environment variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_{name} {
    ::setenv(name, value.c_str(), 1);
  }

  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

class EnvironmentTest : public testing::TestWithParam<const char*> {};

TEST_P(EnvironmentTest, NamesNoProxy) {
  const HttpServer proxy{always(http_reply(200, {}, "by proxy"))};
  const HttpServer server{always(http_reply(200, {}, "direct"))};
  const Variable variable{GetParam(), proxy.url()};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "direct");
  EXPECT_FALSE(FetchClient{}.get("https://127.0.0.1:" + std::to_string(server.port()) + "/"));
  EXPECT_TRUE(proxy.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Proxy, EnvironmentTest,
                         testing::Values("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                         "all_proxy", "ALL_PROXY"));

TEST(Proxy, IsNotAvoidedByTheEnvironment) {
  const HttpServer proxy{always(http_reply(200, {}, "by proxy"))};
  const Variable lower{"no_proxy", "*"};
  const Variable upper{"NO_PROXY", "*"};
  const auto got = FetchClient{only(proxy)}.get(via(proxy, public_url));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "by proxy");
}

TEST(UserAndPassword, AreReadFromAUrl) {
  EXPECT_EQ(split_user_info("ann:p%40s:s").password, "p@s:s");
  EXPECT_EQ(split_user_info("a%3An").user, "a:n");
  EXPECT_EQ(split_user_info("ann").password, "");
  EXPECT_EQ(split_user_info("").user, "");
}

}  // namespace
}  // namespace tocsin::http
