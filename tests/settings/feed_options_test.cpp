// SPDX-License-Identifier: Apache-2.0
#include "settings/feed_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/request_text.hpp"
#include "settings/settings.hpp"

namespace tocsin::settings {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The one mistake of a `[[feed]]` table with this line in it.
std::string mistake_of(const std::string& line) {
  Diagnostics diagnostics;
  const auto settings =
      read_settings("format = 1\n[[feed]]\nid = \"a\"\n" + line + "\n", "tocsin.toml", diagnostics);
  EXPECT_FALSE(settings.has_value());
  return diagnostics.size() == 1 ? to_line(diagnostics.front()) : "not one mistake";
}

FeedOptions options_in(std::string_view toml, const std::vector<std::string>& tags = {}) {
  Diagnostics diagnostics;
  const auto settings = read_settings(toml, "t/tocsin.toml", diagnostics);
  EXPECT_THAT(diagnostics, IsEmpty());
  return options_of(settings.value_or(Settings{}), "a", tags);
}

TEST(FeedOptions, SayHowTheServerIsReached) {
  const FeedOptions options = options_in(R"(format = 1
[[feed]]
id = "a"
headers = ["Accept-Language: de", "X-Desk: foreign"]
proxy = "socks5h://[::1]:9050"
proxy_credential = "proxy-login"
client_certificate = "./tls/a.pem"
client_key = "a-key"
ca_file = "tls/ca.pem"
follow_moves = false
)");
  EXPECT_THAT(options.headers, ElementsAre("Accept-Language: de", "X-Desk: foreign"));
  EXPECT_EQ(options.proxy, "socks5h://[::1]:9050");
  EXPECT_EQ(options.proxy_credential, "proxy-login");
  EXPECT_EQ(options.client_certificate, "./tls/a.pem");
  EXPECT_EQ(options.client_key, "a-key");
  EXPECT_EQ(options.ca_file, "t/tls/ca.pem");
  EXPECT_EQ(options.follow_moves, false);
}

TEST(FeedOptions, TakeProxyAndAuthoritiesFromHttpUnlessTheyNameTheirOwn) {
  const std::string http =
      "format = 1\n[http]\nproxy = \"http://p:3128\"\nproxy_credential = \"p\"\n"
      "ca_file = \"ca.pem\"\n";
  EXPECT_EQ(options_in(http).proxy, "http://p:3128");
  EXPECT_EQ(options_in(http).proxy_credential, "p");
  EXPECT_EQ(options_in(http).ca_file, "t/ca.pem");
  EXPECT_EQ(options_in(http + "[[feed]]\nid = \"a\"\nproxy = \"none\"\n").proxy, "none");
}

TEST(FeedOptions, DoNotTellTheCredentialOfOneProxyToAnother) {
  const FeedOptions options = options_in(R"(format = 1
[http]
proxy = "http://p:3128"
proxy_credential = "secret of p"
[[feed]]
id = "a"
proxy = "http://q:3128"
)");
  EXPECT_EQ(options.proxy, "http://q:3128");
  EXPECT_EQ(options.proxy_credential, "");
}

TEST(FeedOptions, KeepTheKeyWithItsCertificate) {
  const FeedOptions options = options_in(R"(format = 1
[[feed]]
id = "a"
client_certificate = "own"
[[feed]]
tag = "partners"
client_certificate = "shared"
client_key = "shared-key"
)",
                                         {"partners"});
  EXPECT_EQ(options.client_certificate, "own");
  EXPECT_EQ(options.client_key, "");
}

TEST(FeedOptions, RefuseSecretsAmongTheHeadersWithoutShowingThem) {
  EXPECT_THAT(mistake_of("headers = [\"X-A: b\", \"Authorization: Bearer s3cret\"]"),
              AllOf(HasSubstr("tocsin.toml:4:22: error: 'headers': 'Authorization' is a secret"),
                    Not(HasSubstr("s3cret"))));
}

TEST(FeedOptions, RefuseHeadersThatCannotBeSent) {
  EXPECT_THAT(mistake_of("headers = [\"no colon\"]"),
              HasSubstr("4:12: error: 'headers': no header"));
  EXPECT_THAT(mistake_of("headers = [\"A b: c\"]"), HasSubstr("'headers': no header of the form"));
  EXPECT_THAT(mistake_of("headers = [\"A: b\\r\\nC: d\"]"), HasSubstr("the value of 'A' must be"));
  EXPECT_THAT(mistake_of("headers = [\"A: \"]"), HasSubstr("the value of 'A' must be one line"));
}

TEST(FeedOptions, RefuseHeadersThatSteerTheConnection) {
  EXPECT_THAT(mistake_of("headers = [\"Host: other\"]"), HasSubstr("'Host' is not for a person"));
  EXPECT_THAT(mistake_of("headers = [\"Transfer-Encoding: x\"]"), HasSubstr("is not for a person"));
  EXPECT_THAT(mistake_of("headers = [\"User-Agent: x\"]"), HasSubstr("is set by 'agent'"));
}

TEST(FeedOptions, RefuseAUserInAProxysAddressWithoutShowingIt) {
  EXPECT_THAT(mistake_of("proxy = \"http://ann:s3cret@p:3128\""),
              AllOf(HasSubstr("4:9: error: 'proxy': the user belongs into the file that"),
                    Not(HasSubstr("s3cret"))));
}

TEST(FeedOptions, RefuseAProxyOfAnotherKind) {
  EXPECT_THAT(mistake_of("proxy = \"socks5://p:1080\""), HasSubstr("must be socks5h://"));
  for (const char* proxy : {"p:3128", "http://p", "http://p:0", "ftp://p:21", "http://p:1/x"}) {
    EXPECT_THAT(mistake_of("proxy = \"" + std::string{proxy} + "\""),
                HasSubstr("'proxy': must be \"none\", \"http://host:port\""))
        << proxy;
  }
}

TEST(FeedOptions, RefuseAKeyWithoutACertificate) {
  EXPECT_THAT(mistake_of("client_key = \"k\""),
              HasSubstr("4:14: error: 'client_key' stands without the 'client_certificate'"));
}

TEST(HttpSettings, RefuseAProxyCredentialWithoutAProxy) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read_settings("format = 1\n[http]\nproxy_credential = \"p\"\n", "t", diagnostics));
  EXPECT_THAT(to_line(diagnostics.at(0)), HasSubstr("t:3:20: error: 'proxy_credential' stands"));
}

TEST(HttpSettings, StartAlikeWhenOnlyWhatAReloadBringsDiffers) {
  const HttpSettings plain;
  HttpSettings other{.allow = {"10.0.0.0/8"}, .proxy = "http://p:1", .ca_file = "ca", .line = 7};
  EXPECT_TRUE(plain.starts_like(other));
  other.redirects = 1;
  EXPECT_FALSE(plain.starts_like(other));
}

}  // namespace
}  // namespace tocsin::settings
