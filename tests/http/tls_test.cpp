// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>

#include <array>
#include <string>
#include <utility>

#include "base/unique_fd.hpp"
#include "support/fetch_client.hpp"
#include "support/tls_server.hpp"

namespace tocsin::http {
namespace {

using test::always;
using test::FetchClient;
using test::http_reply;
using test::HttpServer;
using test::request_for;
using test::TestAuthority;
using test::TlsServer;
using testing::HasSubstr;
using testing::Not;

/// The authorities of all tests: openssl takes its time.
const TestAuthority& known() {
  static const auto authority = [] {
    auto made = std::make_unique<TestAuthority>("Known CA");
    made->sign({.name = "here", .alternative_names = "IP:127.0.0.1,DNS:localhost"});
    made->sign({.name = "elsewhere", .alternative_names = "DNS:elsewhere.example"});
    made->sign({.name = "expired", .days = "-1"});
    made->sign({.name = "ann", .key_password = "opensesame"});
    made->sign({.name = "bob"});
    return made;
  }();
  return *authority;
}

const TestAuthority& unknown() {
  static const auto authority = [] {
    auto made = std::make_unique<TestAuthority>("Unknown CA");
    made->sign({.name = "here", .alternative_names = "IP:127.0.0.1,DNS:localhost"});
    return made;
  }();
  return *authority;
}

CurlFetcherOptions trusting_known() {
  auto options = test::loopback_allowed();
  options.ca_file = known().ca_file();
  static const std::string folder = known().ca_folder();
  options.ca_folder = folder;
  return options;
}

void expect_tls_failure(const Result<Response>& got, const std::string& reason) {
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::unreachable);
  EXPECT_THAT(got.error().message, HasSubstr("host '127.0.0.1': TLS certificate not accepted"));
  EXPECT_THAT(got.error().message, HasSubstr(reason));
  EXPECT_THAT(got.error().message, Not(HasSubstr("\n")));
}

TEST(Tls, IsSpokenWithACertificateOfAKnownAuthority) {
  const TlsServer server{known(), "here", always(http_reply(200, {}, "safe"))};
  const auto got = FetchClient{trusting_known()}.get(server.url());
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->body, "safe");
}

TEST(Tls, EndsWithAnExpiredCertificate) {
  const TlsServer server{known(), "expired", always(http_reply(200))};
  expect_tls_failure(FetchClient{trusting_known()}.get(server.url()), "expired");
  EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, EndsWithACertificateForAnotherHost) {
  const TlsServer server{known(), "elsewhere", always(http_reply(200))};
  expect_tls_failure(FetchClient{trusting_known()}.get(server.url()), "127.0.0.1");
  EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, EndsWithACertificateOfAnUnknownAuthority) {
  const TlsServer server{unknown(), "here", always(http_reply(200))};
  expect_tls_failure(FetchClient{trusting_known()}.get(server.url()),
                     "self-signed certificate in certificate chain");
}

TEST(Tls, EndsWithASelfSignedCertificate) {
  const TlsServer server{unknown(), "ca", always(http_reply(200))};
  expect_tls_failure(FetchClient{trusting_known()}.get(server.url()), "self-signed");
}

TEST(Tls, IsNotLeftByARedirectWithACredential) {
  const HttpServer plain{always(http_reply(200))};
  const TlsServer server{known(), "here",
                         always(http_reply(302, "Location: " + plain.url() + "\r\n"))};
  for (const bool has_token : {true, false}) {
    auto request = request_for(server.url());
    if (has_token) request.credential.bearer = "secret-token";
    if (!has_token) request.route.certificate_file = known().file("bob.pem");
    if (!has_token) request.route.key_file = known().file("bob.key");
    const auto got = FetchClient{trusting_known()}.get(request);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::refused) << got.error().message;
    EXPECT_THAT(got.error().message, Not(HasSubstr("secret")));
  }
  EXPECT_TRUE(plain.requests().empty());
}

std::size_t opened(int inotify) {
  std::array<char, 65'536> buffer{};
  const ssize_t got = ::read(inotify, buffer.data(), buffer.size());
  return got <= 0 ? 0 : static_cast<std::size_t>(got) / sizeof(inotify_event);
}

TEST(Tls, ReadsTheSharedAuthoritiesOnceForAllConnections) {
  const TlsServer server{known(), "here", always(http_reply(200, "Connection: close\r\n"))};
  auto options = trusting_known();
  const UniqueFd watch{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  ASSERT_GE(::inotify_add_watch(watch.get(), options.ca_file.c_str(), IN_OPEN), 0);
  FetchClient client{std::move(options)};
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.requests().back().connection, 8U);
  EXPECT_EQ(opened(watch.get()), 1U);
}

TEST(Tls, KeepsTheSharedAuthoritiesWhileAFeedWithItsOwnComesBetween) {
  const TlsServer server{known(), "here", always(http_reply(200, "Connection: close\r\n"))};
  auto options = trusting_known();
  const UniqueFd watch{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  ASSERT_GE(::inotify_add_watch(watch.get(), options.ca_file.c_str(), IN_OPEN), 0);
  FetchClient client{std::move(options)};
  auto special = request_for(server.url());
  special.route.ca_file = unknown().ca_file();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(client.get(server.url()));
    ASSERT_TRUE(client.get(special));
  }
  EXPECT_EQ(opened(watch.get()), 1U);
}

TEST(ExtraAuthority, IsTrustedBesidesTheSharedOnes) {
  const TlsServer usual{known(), "here", always(http_reply(200))};
  const TlsServer special{unknown(), "here", always(http_reply(200))};
  FetchClient client{trusting_known()};
  for (const TlsServer* server : {&usual, &special}) {
    auto request = request_for(server->url());
    request.route.ca_file = unknown().ca_file();
    const auto got = client.get(request);
    EXPECT_TRUE(got) << got.error().message;
  }
}

TEST(ExtraAuthority, IsTrustedForItsFeedOnly) {
  const TlsServer server{unknown(), "here", always(http_reply(200))};
  FetchClient client{trusting_known()};
  auto request = request_for(server.url());
  request.route.ca_file = unknown().ca_file();
  ASSERT_TRUE(client.get(request));
  EXPECT_FALSE(client.get(server.url())) << "rode the other feed's connection";
  EXPECT_TRUE(client.get(request));
}

TEST(ExtraAuthority, ThatCannotBeReadIsToldAsSuch) {
  const TlsServer server{unknown(), "here", always(http_reply(200))};
  auto request = request_for(server.url());
  request.route.ca_file = "/nonexistent/ca.pem";
  const auto got = FetchClient{trusting_known()}.get(request);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::invalid_input);
  EXPECT_THAT(got.error().message, HasSubstr("CA file cannot be read"));
}

Request as(const std::string& who, const std::string& url) {
  auto request = request_for(url);
  request.route.certificate_file = known().file(who + ".pem");
  request.route.key_file = known().file(who + ".key");
  return request;
}

TEST(ClientCertificate, IsShownToTheListedServer) {
  const TlsServer server{known(), "here", always(http_reply(200))};
  const auto got = FetchClient{trusting_known()}.get(as("bob", server.url()));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(server.requests().front().header("client"), "bob");
}

TEST(ClientCertificate, IsNotShownWhereARedirectLeads) {
  const TlsServer other{known(), "here", always(http_reply(200))};
  const TlsServer first{known(), "here",
                        always(http_reply(302, "Location: " + other.url() + "\r\n"))};
  ASSERT_TRUE(FetchClient{trusting_known()}.get(as("bob", first.url())));
  EXPECT_EQ(first.requests().front().header("client"), "bob");
  EXPECT_EQ(other.requests().front().header("client"), "");
}

TEST(ClientCertificate, GoesAlongWhileTheServerStaysTheSame) {
  const TlsServer server{known(), "here", [](const test::SeenRequest& request) {
                           return request.target == "/" ? http_reply(302, "Location: /next\r\n")
                                                        : http_reply(200);
                         }};
  ASSERT_TRUE(FetchClient{trusting_known()}.get(as("bob", server.url())));
  EXPECT_EQ(server.requests().back().header("client"), "bob");
}

TEST(ClientCertificate, NeverLendsItsConnectionToAFeedWithout) {
  const TlsServer server{known(), "here", always(http_reply(200))};
  FetchClient client{trusting_known()};
  ASSERT_TRUE(client.get(as("bob", server.url())));
  ASSERT_TRUE(client.get(server.url()));
  auto ann = as("ann", server.url());
  ASSERT_TRUE(client.get(ann));
  ASSERT_TRUE(client.get(as("bob", server.url())));
  const auto seen = server.requests();
  EXPECT_EQ(seen.at(0).header("client"), "bob");
  EXPECT_EQ(seen.at(1).header("client"), "");
  EXPECT_EQ(seen.at(2).header("client"), "ann");
  EXPECT_EQ(seen.at(3).connection, seen.at(0).connection) << "its own is open still";
}

TEST(ClientCertificate, IsUnlockedByItsKeysPassword) {
  const TlsServer server{known(), "here", always(http_reply(200))};
  auto request = as("ann", server.url());
  request.route.key_file = known().file("ann.locked.key");
  request.route.key_password = "opensesame";
  const auto got = FetchClient{trusting_known()}.get(request);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(server.requests().front().header("client"), "ann");
}

TEST(ClientCertificate, WithoutItsPasswordAsksNobodyAndShowsNothing) {
  const TlsServer server{known(), "here", always(http_reply(200))};
  for (const std::string password : {"", "wrong-secret"}) {
    auto request = as("ann", server.url());
    request.route.key_file = known().file("ann.locked.key");
    request.route.key_password = password;
    const auto got = FetchClient{trusting_known()}.get(request);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::invalid_input) << got.error().message;
    EXPECT_THAT(got.error().message, HasSubstr("client certificate or its key cannot be used"));
    EXPECT_THAT(got.error().message, Not(HasSubstr("wrong-secret")));
  }
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace tocsin::http
