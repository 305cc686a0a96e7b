// SPDX-License-Identifier: Apache-2.0
#include "feed/html_links.hpp"

#include <gmock/gmock.h>

namespace tocsin::feed {
namespace {

std::string resolved(std::string html) {
  resolve_links(html, "https://a.example/dir/page?q=1");
  return html;
}

TEST(HtmlLinks, AreResolvedAgainstTheBase) {
  EXPECT_EQ(resolved(R"(<a href="x">1</a><img src='/y.png'>)"),
            R"(<a href="https://a.example/dir/x">1</a><img src='https://a.example/y.png'>)");
}

TEST(HtmlLinks, AreFoundWithoutQuotesAndInCapitals) {
  EXPECT_EQ(resolved("<A HREF=../x>1</A>"), "<A HREF=https://a.example/x>1</A>");
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
  std::string html = "<a href=x>";
  resolve_links(html, "");
  EXPECT_EQ(html, "<a href=x>");
}

TEST(HtmlLinks, CannotCloseTheirAttributeByWhatTheBaseHolds) {
  std::string html = R"(<a href='#f'>)";
  resolve_links(html, "https://a.example/it's");
  EXPECT_EQ(html, "<a href='https://a.example/it%27s#f'>");
}

}  // namespace
}  // namespace tocsin::feed
