// SPDX-License-Identifier: Apache-2.0
// Ways to a private address that a check of the URL's text would miss.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/fetch_client.hpp"
#include "support/http_server.hpp"

namespace tocsin::http {
namespace {

using test::always;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using testing::AnyOf;
using testing::HasSubstr;

AddressGuard allowing(const std::string& target) {
  return AddressGuard{{parse_allowed_target(target).value()}};
}

/// Only this server's port may be reached.
CurlFetcherOptions only(const HttpServer& server) {
  return {.guard = allowing("127.0.0.1:" + std::to_string(server.port()))};
}

std::string at_port(std::string url, const HttpServer& server) {
  if (const auto place = url.find(":PORT"); place != std::string::npos) {
    url.replace(place + 1, 4, std::to_string(server.port()));
  }
  return url;
}

class BypassTest : public testing::TestWithParam<const char*> {};

TEST_P(BypassTest, OfTheGuardFailsDirectly) {
  const HttpServer secret{always(http_reply(200, {}, "secret"))};
  const auto got = FetchClient{CurlFetcherOptions{}}.get(at_port(GetParam(), secret));
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().code, AnyOf(Errc::refused, Errc::invalid_input, Errc::unreachable));
  EXPECT_TRUE(secret.requests().empty());
}

TEST_P(BypassTest, OfTheGuardFailsByRedirect) {
  const HttpServer secret{always(http_reply(200, {}, "secret"))};
  const HttpServer bait{
      always(http_reply(302, "Location: " + at_port(GetParam(), secret) + "\r\n"))};
  const auto got = FetchClient{only(bait)}.get(bait.url());
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().code, AnyOf(Errc::refused, Errc::invalid_input, Errc::unreachable));
  EXPECT_TRUE(secret.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Guard, BypassTest,
    testing::Values("http://127.0.0.1:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/",
                    "http://0x7f000001:PORT/", "http://0x7F.0.0.1:PORT/", "http://2130706433:PORT/",
                    "http://017700000001:PORT/", "http://0177.0.0.1:PORT/",
                    "http://127.0.0.1.:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/",
                    "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/",
                    "http://%31%32%37.0.0.1:PORT/", "http://[::]:PORT/", "http://[::1]:PORT/",
                    "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/",
                    "http://[::ffff:7f00:1]:PORT/", "http://[::127.0.0.1]:PORT/",
                    "http://[64:ff9b::127.0.0.1]:PORT/", "http://[2002:7f00:1::]:PORT/",
                    "http://[fe80::1%25lo]:PORT/",
                    "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1:PORT/",  // fullwidth digits
                    "http://127\xE3\x80\x82"
                    "0\xE3\x80\x82"
                    "0\xE3\x80\x82"
                    "1:PORT/",  // ideographic full stops
                    "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1:PORT/",  // circled digits
                    "http://good.example@127.0.0.1:PORT/", "http://good.example:80@127.0.0.1:PORT/",
                    "http://127.0.0.1:PORT\\@127.0.0.1:PORT/",
                    "http://good.example\\@127.0.0.1:PORT/", "http://127.0.0.1:PORT#@good.example/",
                    "http:\\\\127.0.0.1:PORT\\", "http:///127.0.0.1:PORT/",
                    "http://\t127.0.0.1:PORT/", "http://127.0.0.1\t:PORT/",
                    "http://127.0.0.1:PORT\r\n/", "//127.0.0.1:PORT/", "\\\\127.0.0.1:PORT\\"));

TEST(Guard, RefusesLinkLocalMetadataWhateverTheSpelling) {
  FetchClient client{CurlFetcherOptions{}};
  for (const std::string host : {"169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.43518",
                                 "[::ffff:169.254.169.254]", "[fd00:ec2::254]"}) {
    const auto got = client.get("http://" + host + "/latest/meta-data/");
    ASSERT_FALSE(got) << host;
    EXPECT_EQ(got.error().code, Errc::refused) << host << ": " << got.error().message;
  }
}

TEST(Guard, TakesTheAllowedOneOfAHostsAddresses) {
  const HttpServer server{always(http_reply(200, {}, "here"))};
  auto options = CurlFetcherOptions{.guard = allowing("127.0.0.1")};  // and not ::1
  const auto got = FetchClient{std::move(options)}.get(server.url("/", "localhost"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "here");
}

TEST(Guard, HoldsForAConnectionThatIsOpenWhenItIsReplaced) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  ASSERT_TRUE(client.get(server.url()));
  client.fetcher().set_guard(AddressGuard{});
  const auto got = client.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Guard, LetsPassWhatItsSuccessorAllows) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client{CurlFetcherOptions{}};
  ASSERT_FALSE(client.get(server.url()));
  client.fetcher().set_guard(allowing("127.0.0.1"));
  EXPECT_TRUE(client.get(server.url()));
}

TEST(Redirects, OfAnyFormStayUnderTheGuard) {
  const HttpServer secret{always(http_reply(200, {}, "secret"))};
  const HttpServer bait{
      always(http_reply(307, "Location: //127.0.0.1:" + std::to_string(secret.port()) + "/\r\n"))};
  const auto got = FetchClient{only(bait)}.get(bait.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
}

TEST(Redirects, ToAUrlWithoutAnEndAreNotFollowed) {
  const HttpServer server{
      always(http_reply(302, "Location: /" + std::string(20'000, 'a') + "\r\n"))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message.substr(0, 200);
}

class ForeignRedirectTest : public testing::TestWithParam<const char*> {};

TEST_P(ForeignRedirectTest, IsNotFollowed) {
  const HttpServer server{always(http_reply(302, std::string{"Location: "} + GetParam() + "\r\n"))};
  const auto got = FetchClient{}.get(server.url());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
  EXPECT_EQ(server.requests().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Redirects, ForeignRedirectTest,
                         testing::Values("file:///etc/passwd", "FILE:///etc/passwd",
                                         "ftp://127.0.0.1/", "gopher://127.0.0.1:70/_x",
                                         "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/",
                                         "smb://127.0.0.1/share", "telnet://127.0.0.1",
                                         "data:text/xml,<rss/>", "javascript:alert(1)",
                                         "mailto:a@b.example", "scp://127.0.0.1/etc/passwd"));

}  // namespace
}  // namespace tocsin::http
