// SPDX-License-Identifier: Apache-2.0
// How many transfers at once, and what is kept between them.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "bench/poll_server.hpp"
#include "support/fetch_client.hpp"
#include "support/http_server.hpp"
#include "support/temp_dir.hpp"

namespace tocsin::http {
namespace {

using test::always;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using test::loopback_allowed;
using test::request_for;

/// Both addresses of "localhost" are allowed, so that the first to be tried does.
CurlFetcherOptions localhost_allowed() {
  auto options = loopback_allowed();
  options.guard = AddressGuard{
      {parse_allowed_target("127.0.0.0/8").value(), parse_allowed_target("::1").value()}};
  return options;
}

TEST(FetchLimits, ServeTenThousandWaitingRequestsInTheirOrder) {
  const bench::PollServer server{{.unchanged_percent = 100}};
  auto options = loopback_allowed();
  options.max_in_flight = 16;
  FetchClient client{std::move(options)};
  std::size_t done = 0;
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    client.fetcher().start(request_for(server.url(i)), [&, i](const Result<Response>& got) {
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_NEAR(static_cast<double>(i), static_cast<double>(done), 64) << "order";
      most = std::max(most, client.fetcher().in_flight());
      if (++done == 10'000) client.loop().stop();
    });
  }
  EXPECT_EQ(client.fetcher().waiting(), 10'000U);
  client.loop().run();
  EXPECT_EQ(done, 10'000U);
  EXPECT_LE(most, 16U);
}

TEST(FetchLimits, EndTenThousandWaitingRequestsAtOnce) {
  FetchClient client;
  bool was_called = false;
  for (int i = 0; i < 10'000; ++i) {
    client.fetcher().start(request_for("http://127.0.0.1:1/"),
                           [&](const Result<Response>&) { was_called = true; });
  }
  client.fetcher().cancel_all();
  EXPECT_EQ(client.fetcher().waiting(), 0U);
  EXPECT_FALSE(was_called);
}

TEST(FetchLimits, LetOnlySoManyNamesBeLookedUpAtOnce) {
  const HttpServer server{always(http_reply(200, "Connection: close\r\n"))};
  auto options = localhost_allowed();
  options.max_lookups = 2;
  FetchClient client{std::move(options)};
  std::size_t most = 0;
  std::size_t missing = 40;
  for (int i = 0; i < 40; ++i) {
    client.fetcher().start(request_for(server.url("/", "localhost")),
                           [&](const Result<Response>& got) {
                             EXPECT_TRUE(got) << got.error().message;
                             most = std::max(most, client.fetcher().lookups());
                             if (--missing == 0) client.loop().stop();
                           });
  }
  client.loop().run();
  EXPECT_LE(most, 2U);
  EXPECT_EQ(client.fetcher().lookups(), 0U);
}

TEST(FetchLimits, HoldARedirectToANameBackUntilOneIsKnown) {
  std::uint16_t port = 0;
  const HttpServer server{[&port](const test::SeenRequest& request) {
    if (request.header("host").starts_with("localhost")) return http_reply(200);
    return http_reply(302, "Location: http://localhost:" + std::to_string(port) + "/\r\n");
  }};
  port = server.port();
  auto options = localhost_allowed();
  options.max_lookups = 1;
  const std::vector<Request> requests(20, request_for(server.url()));
  for (const auto& got : FetchClient{std::move(options)}.get_all(requests)) {
    EXPECT_TRUE(got) << got.error().message;
  }
}

TEST(FetchLimits, OfLookupsDoNotConcernAddresses) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  std::size_t most = 0;
  client.fetcher().start(request_for(server.url()), [&](const Result<Response>& got) {
    EXPECT_TRUE(got);
    client.loop().stop();
  });
  client.loop().post([&] { most = client.fetcher().lookups(); });
  client.loop().run();
  EXPECT_EQ(most, 0U);
}

TEST(KeptConnection, CarriesNoCredentialOfTheFeedBefore) {
  const HttpServer server{always(http_reply(200))};
  FetchClient client;
  auto secret = request_for(server.url());
  secret.credential.user = "ann";
  secret.credential.password = "secret";
  secret.credential.headers = {{"X-Key", "secret"}};
  ASSERT_TRUE(client.get(secret));
  ASSERT_TRUE(client.get(server.url()));
  const auto seen = server.requests();
  EXPECT_NE(seen.at(0).header("authorization"), "");
  EXPECT_EQ(seen.at(1).header("authorization"), "");
  EXPECT_EQ(seen.at(1).header("x-key"), "");
}

TEST(KeptConnection, ThatTheServerClosedIsReplaced) {
  const HttpServer server{always({.pieces = http_reply(200, {}, "x").pieces, .closes = true})};
  FetchClient client;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.requests().back().connection, 5U);
}

TEST(Netrc, IsNotAskedForAPassword) {
  const test::TempDir home;
  std::ofstream{home.file(".netrc")} << "machine 127.0.0.1 login ann password secret\n"
                                     << "default login ann password secret\n";
  const std::string before = ::getenv("HOME") == nullptr ? "" : ::getenv("HOME");
  ::setenv("HOME", home.path().c_str(), 1);
  const HttpServer server{always(http_reply(200))};
  const auto got = FetchClient{}.get(server.url());
  ::setenv("HOME", before.c_str(), 1);
  ASSERT_TRUE(got);
  EXPECT_EQ(server.requests().front().header("authorization"), "");
}

TEST(SameParty, IsSchemeHostAndPort) {
  const auto same = [](const char* from, const char* to) {
    return is_same_party(split_url(from), split_url(to));
  };
  EXPECT_TRUE(same("http://a.example/x", "http://a.example:80/y"));
  EXPECT_TRUE(same("http://a.example/", "https://a.example/"));
  EXPECT_FALSE(same("https://a.example/", "http://a.example/"));
  EXPECT_FALSE(same("https://a.example/", "https://a.example:8443/"));
  EXPECT_FALSE(same("https://a.example/", "https://b.a.example/"));
  EXPECT_FALSE(same("http://a.example:8080/", "https://a.example/"));
  EXPECT_FALSE(same("https://a.example/", "https://a.example./"));
}

}  // namespace
}  // namespace tocsin::http
