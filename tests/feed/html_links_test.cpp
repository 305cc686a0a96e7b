// SPDX-License-Identifier: Apache-2.0
#include "feed/html_links.hpp"

#include <gmock/gmock.h>

namespace tocsin::feed {
namespace {

std::string resolved_against(std::string_view base, std::string html) {
  std::size_t growth_left = longest_link_growth;
  resolve_links(html, LinkBase{base, growth_left});
  return html;
}

std::string resolved(std::string html) {
  return resolved_against("https://a.example/dir/page?q=1", std::move(html));
}

TEST(HtmlLinks, AreResolvedAgainstTheBase) {
  EXPECT_EQ(resolved(R"(<a href="x">1</a><img src='/y.png'>)"),
            R"(<a href="https://a.example/dir/x">1</a><img src='https://a.example/y.png'>)");
}

TEST(HtmlLinks, AreFoundWithoutQuotesAndInCapitals) {
  EXPECT_EQ(resolved("<A HREF=../x>1</A>"), "<A HREF=https://a.example/x>1</A>");
}

TEST(HtmlLinks, AreFoundInEveryAttributeThatHoldsOne) {
  for (const std::string name :
       {"href", "src", "cite", "action", "poster", "data", "longdesc", "codebase", "usemap",
        "profile", "classid", "formaction", "background"}) {
    EXPECT_EQ(resolved("<p " + name + "=x>"), "<p " + name + "=https://a.example/dir/x>");
  }
}

TEST(HtmlLinks, AreFoundInACandidateList) {
  EXPECT_EQ(resolved(R"(<img srcset="a.png 1x,b,c.png 2x , https://b.example/d.png,  /e 3x,">)"),
            R"(<img srcset="https://a.example/dir/a.png 1x,https://a.example/dir/b,c.png 2x , )"
            R"(https://b.example/d.png,  https://a.example/e 3x,">)");
}

TEST(HtmlLinks, AreFoundWithoutABlankInFront) {
  EXPECT_EQ(resolved(R"(<img alt="x"src="s">)"), R"(<img alt="x"src="https://a.example/dir/s">)");
  EXPECT_EQ(resolved("<img/src=s>"), "<img/src=https://a.example/dir/s>");
}

TEST(HtmlLinks, KeepTheirReferences) {
  EXPECT_EQ(resolved(R"(<a href="?a=1&amp;b=2">1</a>)"),
            R"(<a href="https://a.example/dir/page?a=1&amp;b=2">1</a>)");
}

TEST(HtmlLinks, StayAsTheyAreWhenAbsolute) {
  const std::string html =
      R"(<a href="https://b.example/x">1</a><a href="mailto:a@b.example">2</a>)";
  EXPECT_EQ(resolved(html), html);
}

TEST(HtmlLinks, AreNoneInTextCommentsAndOtherAttributes) {
  const std::string html = R"(href="x" <!-- <a href="x"> --> <b data-src="x" title="src=x">y</b>)";
  EXPECT_EQ(resolved(html), html);
}

TEST(HtmlLinks, AreLeftAloneBehindAQuoteThatNeverEnds) {
  const std::string html = R"(<a title="x><img src=y>)";
  EXPECT_EQ(resolved(html), html);
}

TEST(HtmlLinks, AreLeftAloneWithoutABase) {
  EXPECT_EQ(resolved_against("", "<a href=x>"), "<a href=x>");
}

TEST(HtmlLinks, CannotCloseTheirAttributeByWhatTheBaseHolds) {
  EXPECT_EQ(resolved_against("https://a.example/it's", "<a href='#f'>"),
            "<a href='https://a.example/it%27s#f'>");
}

TEST(HtmlLinks, StayAsTheyAreOnceTheyHaveGrownTooMuch) {
  std::string html = "<a href=x><a href=y>";
  std::size_t growth_left = 20;
  resolve_links(html, LinkBase{"https://a.example/", growth_left});
  EXPECT_EQ(html, "<a href=https://a.example/x><a href=y>");
}

TEST(LinkBase, LosesTheQueryThatMakesItTooLong) {
  std::size_t growth_left = longest_link_growth;
  const std::string url = "https://a.example/b?" + std::string(3000, 'c');
  EXPECT_EQ((LinkBase{url, growth_left}.resolve("d")), "https://a.example/d");
}

TEST(LinkBase, OverTwoKibibytesIsNone) {
  std::size_t growth_left = longest_link_growth;
  const std::string url = "https://a.example/" + std::string(3000, 'c') + "/";
  EXPECT_EQ((LinkBase{url, growth_left}.resolve("d")), "d");
}

TEST(LinkBase, KeepsTheOuterOneOfAnOverlongXmlBase) {
  std::size_t growth_left = longest_link_growth;
  std::string storage;
  const LinkBase outer{"https://a.example/b/", growth_left};
  EXPECT_EQ(outer.below("c/", storage).resolve("d"), "https://a.example/b/c/d");
  EXPECT_EQ(outer.below(std::string(3000, 'c') + "/", storage).resolve("d"),
            "https://a.example/b/d");
}

}  // namespace
}  // namespace tocsin::feed
