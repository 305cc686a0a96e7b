// SPDX-License-Identifier: Apache-2.0
#include "base/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin {
namespace {

TEST(ParseHttpUrl, RefusesABracketAlone) {
  for (const char* text :
       {"http://[::80", "http://[[::1]/", "http://::1]/", "http://[]/", "http://a[/"}) {
    EXPECT_FALSE(parse_http_url(text).has_value()) << text;
  }
  EXPECT_TRUE(parse_http_url("http://[::1]:80/").has_value());
}

TEST(Url, IsSplitIntoItsParts) {
  const Url url = split_url("HTTPS://ann:pw@Example.ORG:8443/a/b?c=d&e#f");
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.user_info, "ann:pw");
  EXPECT_EQ(url.host, "example.org");
  EXPECT_EQ(url.port, "8443");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "c=d&e");
  EXPECT_EQ(url.fragment, "f");
}

TEST(Url, KeepsTheBracketsOfAnIpv6Host) {
  EXPECT_EQ(split_url("http://[::1]:80/").host, "[::1]");
  EXPECT_EQ(split_url("http://[::1]:80/").port, "80");
  EXPECT_EQ(split_url("http://[::1]/").port, "");
}

TEST(Url, TakesTheLastAtSignForTheEndOfTheUser) {
  EXPECT_EQ(split_url("http://a@b@c/").host, "c");
}

class RoundTripTest : public testing::TestWithParam<const char*> {};

TEST_P(RoundTripTest, ComesBackAsItWas) {
  EXPECT_EQ(to_string(split_url(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Url, RoundTripTest,
                         testing::Values("http://a.example/b?c#d", "//host/p", "/p", "?q", "#f",
                                         "mailto:a@b.example", "http://h?", "http://h/#", "", "a:b",
                                         "urn:uuid:1", "./a:b"));

struct Resolution {
  const char* reference;
  const char* target;
};

class ResolveTest : public testing::TestWithParam<Resolution> {};

TEST_P(ResolveTest, AgreesWithRfc3986) {
  EXPECT_EQ(resolve_url("http://a/b/c/d;p?q", GetParam().reference), GetParam().target);
}

// RFC 3986 §5.4.1 and §5.4.2.
INSTANTIATE_TEST_SUITE_P(
    Normal, ResolveTest,
    testing::Values(Resolution{"g:h", "g:h"}, Resolution{"g", "http://a/b/c/g"},
                    Resolution{"./g", "http://a/b/c/g"}, Resolution{"g/", "http://a/b/c/g/"},
                    Resolution{"/g", "http://a/g"}, Resolution{"//g", "http://g"},
                    Resolution{"?y", "http://a/b/c/d;p?y"}, Resolution{"g?y", "http://a/b/c/g?y"},
                    Resolution{"#s", "http://a/b/c/d;p?q#s"}, Resolution{"g#s", "http://a/b/c/g#s"},
                    Resolution{"g?y#s", "http://a/b/c/g?y#s"}, Resolution{";x", "http://a/b/c/;x"},
                    Resolution{"g;x", "http://a/b/c/g;x"},
                    Resolution{"g;x?y#s", "http://a/b/c/g;x?y#s"},
                    Resolution{"", "http://a/b/c/d;p?q"}, Resolution{".", "http://a/b/c/"},
                    Resolution{"./", "http://a/b/c/"}, Resolution{"..", "http://a/b/"},
                    Resolution{"../", "http://a/b/"}, Resolution{"../g", "http://a/b/g"},
                    Resolution{"../..", "http://a/"}, Resolution{"../../", "http://a/"},
                    Resolution{"../../g", "http://a/g"}));

INSTANTIATE_TEST_SUITE_P(
    Abnormal, ResolveTest,
    testing::Values(
        Resolution{"../../../g", "http://a/g"}, Resolution{"../../../../g", "http://a/g"},
        Resolution{"/./g", "http://a/g"}, Resolution{"/../g", "http://a/g"},
        Resolution{"g.", "http://a/b/c/g."}, Resolution{".g", "http://a/b/c/.g"},
        Resolution{"g..", "http://a/b/c/g.."}, Resolution{"..g", "http://a/b/c/..g"},
        Resolution{"./../g", "http://a/b/g"}, Resolution{"./g/.", "http://a/b/c/g/"},
        Resolution{"g/./h", "http://a/b/c/g/h"}, Resolution{"g/../h", "http://a/b/c/h"},
        Resolution{"g;x=1/./y", "http://a/b/c/g;x=1/y"}, Resolution{"g;x=1/../y", "http://a/b/c/y"},
        Resolution{"g?y/./x", "http://a/b/c/g?y/./x"},
        Resolution{"g#s/../x", "http://a/b/c/g#s/../x"}, Resolution{"http:g", "http:g"}));

TEST(ResolveUrl, LeavesAReferenceAloneWithoutAnAbsoluteBase) {
  EXPECT_EQ(resolve_url("", " /a "), "/a");
  EXPECT_EQ(resolve_url("relative/base", "a"), "a");
  EXPECT_EQ(resolve_url("mailto:x@y.example", "a"), "a");
}

TEST(ResolveUrl, PutsASlashAfterABareHost) {
  EXPECT_EQ(resolve_url("http://a", "g"), "http://a/g");
}

TEST(HttpUrl, IsTakenWithAHostAndEitherScheme) {
  EXPECT_TRUE(parse_http_url(" https://a.example/ "));
  EXPECT_TRUE(parse_http_url("http://a.example:80"));
}

class NoHttpUrlTest : public testing::TestWithParam<const char*> {};

TEST_P(NoHttpUrlTest, IsRefused) {
  const auto url = parse_http_url(GetParam());
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().code, Errc::invalid_input);
}

INSTANTIATE_TEST_SUITE_P(HttpUrl, NoHttpUrlTest,
                         testing::Values("", "a.example", "//a.example/", "ftp://a.example/",
                                         "http:///path", "http://", "http:a", "http://a:8x/",
                                         "http://a.example/a b", "http://a\tb/x",
                                         "javascript:alert(1)"));

TEST(HttpUrl, HasALimit) {
  const auto url = parse_http_url("http://a/" + std::string(9000, 'x'));
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().code, Errc::too_large);
}

struct Spelling {
  const char* link;
  const char* canonical;
};

class CanonicalTest : public testing::TestWithParam<Spelling> {};

TEST_P(CanonicalTest, HasOneSpellingForOnePage) {
  EXPECT_EQ(canonical_link(GetParam().link), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Link, CanonicalTest,
    testing::Values(Spelling{"http://www.A.example/x/", "https://a.example/x"},
                    Spelling{"https://a.example:443/x#top", "https://a.example/x"},
                    Spelling{"http://a.example:80", "https://a.example"},
                    Spelling{"http://a.example:8080/", "https://a.example:8080"},
                    Spelling{"https://ann@a.example/", "https://a.example"},
                    Spelling{"https://a.example/x?utm_source=rss&id=7&fbclid=1&b=2",
                             "https://a.example/x?id=7&b=2"},
                    Spelling{"https://a.example/x?UTM_SOURCE=rss", "https://a.example/x"},
                    Spelling{"https://a.example/x?", "https://a.example/x"},
                    Spelling{"https://a.example/x?reference=1", "https://a.example/x?reference=1"},
                    Spelling{" tag:a.example,2024:1 ", "tag:a.example,2024:1"}, Spelling{"", ""}));

TEST(RedactedUrl, ShowsNeitherUserNorQueryNorFragment) {
  EXPECT_EQ(redacted_url("https://ann:pw@a.example:8443/p?key=secret#frag"),
            "https://a.example:8443/p");
}

TEST(WithoutSecrets, LeavesAloneWhatHoldsNone) {
  for (const char* clean : {"https://A.example:443/Feed#top", "bbc-world", "", "what? //is this",
                            "tag:a.example,2024:1", "News: is it so?"}) {
    EXPECT_EQ(without_secrets(clean), clean);
  }
}

TEST(WithoutSecrets, PutsADigestInThePlaceOfUserAndQuery) {
  const std::string told = without_secrets("https://ann:pw@a.example/p?key=secret#frag");
  EXPECT_EQ(told.substr(0, told.size() - 12), "https://a.example/p#");
  EXPECT_EQ(told, without_secrets("https://ann:pw@a.example/p?key=secret#frag"));
}

TEST(WithoutSecrets, KeepsFeedsApartThatDifferInTheQueryOnly) {
  EXPECT_NE(without_secrets("https://a.example/p?id=1"),
            without_secrets("https://a.example/p?id=2"));
  EXPECT_NE(without_secrets("https://ann@a.example/p"), without_secrets("https://bob@a.example/p"));
}

TEST(WithoutSecrets, GivesNoDigestAPasswordCouldBeTriedAgainst) {
  EXPECT_EQ(without_secrets("https://ann:pw@a.example/p"),
            without_secrets("https://ann:hunter2@a.example/p"));
}

TEST(WithoutSecrets, HidesThoseOfUrlsThatAreNotFetched) {
  EXPECT_EQ(without_secrets("ftp://ann:pw@a.example/p").find("pw"), std::string::npos);
  EXPECT_EQ(without_secrets("https://ann:pw@a.example/" + std::string(9000, 'x')).find("pw"),
            std::string::npos);
}

}  // namespace
}  // namespace tocsin
