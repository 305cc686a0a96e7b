// SPDX-License-Identifier: Apache-2.0
#include "feed/page.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::feed {
namespace {

Page page_of(const std::string& html) {
  return read_page(html, {.url = "https://a.example/", .content_type = "text/html"});
}

TEST(WebPage, IsReadByItsArticle) {
  const Page page = page_of(
      "<html lang='en-GB'><head><title>A fire &amp; a quay</title></head><body><nav>Home</nav>"
      "<article><header>By somebody</header><p>It burnt.</p><p>It was put out.</p></article>"
      "<footer>All rights</footer></body></html>");
  EXPECT_EQ(page.title, "A fire & a quay");
  EXPECT_EQ(page.text, "It burnt.\nIt was put out.");
  EXPECT_EQ(page.language, "en-GB");
}

TEST(WebPage, WithoutAnArticleIsReadByItsMainPart) {
  EXPECT_EQ(page_of("<body><p>Menu</p><main><p>News.</p></main></body>").text, "News.");
}

TEST(WebPage, WithoutPartsIsReadWhole) {
  EXPECT_EQ(page_of("<p>One.<p>Two.").text, "One.\nTwo.");
}

TEST(WebPage, HasTheTextOfEachOfItsArticles) {
  EXPECT_EQ(page_of("<article>A</article><p>between</p><article>B</article>").text, "A\nB");
}

TEST(WebPage, WithAnEndTagTooManyKeepsItsText) {
  EXPECT_EQ(page_of("</article></nav><article>A</article>").text, "A");
}

TEST(WebPage, IsDecodedByItsCharset) {
  const Page page =
      read_page("<article>caf\xE9</article>",
                {.url = "https://a.example/", .content_type = "text/html; charset=iso-8859-1"});
  EXPECT_EQ(page.text, "café");
}

}  // namespace
}  // namespace tocsin::feed
