// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/utf8.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::plugin {
namespace {

using ::testing::ElementsAre;

TEST(Cut, LeavesAShortTextAsItIs) {
  EXPECT_EQ(cut("short", 5), "short");
  EXPECT_EQ(cut("ééé", 3), "ééé");
}

TEST(Cut, EndsAtASpaceThatIsNear) {
  EXPECT_EQ(cut("several words here", 16), "several words…");
  EXPECT_EQ(cut("abcdefghijklmn", 10), "abcdefghi…");
  EXPECT_EQ(cut("a bcdefghijklmn", 10), "a bcdefgh…");
}

TEST(Cut, CountsCharactersNotBytes) {
  EXPECT_EQ(cut("ééééé", 4), "ééé…");
  EXPECT_EQ(cut("é", 0), "");
}

TEST(CutBytes, SplitsNoCharacter) {
  EXPECT_EQ(cut_bytes("aééé", 6), "aé…");
  for (std::size_t limit = 0; limit < 30; ++limit) {
    const std::string text = cut_bytes("😀é😀é😀é😀é😀é", limit);
    EXPECT_TRUE(is_utf8(text)) << limit;
    EXPECT_LE(text.size(), limit);
  }
}

TEST(EscapeHtml, LeavesNothingThatCouldBeMarkup) {
  EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
}

TEST(WebLink, IsAUriWhateverTheItemSaid) {
  EXPECT_EQ(web_link("https://a.example/b?c=d&e=%20#f"), "https://a.example/b?c=d&e=%20#f");
  EXPECT_EQ(web_link("https://a.example/b c\"<>\xE2\x80\xAE"),
            "https://a.example/b%20c%22%3C%3E%E2%80%AE");
  EXPECT_EQ(web_link("http://a.example/خبر"), "http://a.example/%D8%AE%D8%A8%D8%B1");
  EXPECT_EQ(web_link("https://a.example?q=\r\nX"), "https://a.example?q=%0D%0AX");
}

TEST(WebLink, IsEmptyForWhatIsNoPage) {
  EXPECT_EQ(web_link("javascript:alert(1)"), "");
  EXPECT_EQ(web_link("data:text/html,x"), "");
  EXPECT_EQ(web_link("https://a b/"), "");
  EXPECT_EQ(web_link("https://müller.example/"), "");
  EXPECT_EQ(web_link(""), "");
}

TEST(Segments, MarkTheEvidenceOfOneField) {
  const auto alert = test::sample_alert();
  EXPECT_THAT(segments(alert, "title"),
              ElementsAre(Segment{"Foreign fighters", true}, Segment{" return from Raqqa", false}));
  EXPECT_THAT(segments(alert, "language"), ElementsAre(Segment{"en", false}));
  EXPECT_TRUE(segments(alert, "no such field").empty());
}

TEST(Segments, JoinEvidenceThatOverlapsAndPassOverWhatIsOutOfBounds) {
  auto alert = test::sample_alert();
  alert.match.evidence = {{"title", 0, 7, "", "", 1},
                          {"title", 3, 10, "", "", 1},
                          {"title", 5, 1'000'000, "", "", 1},
                          {"title", 9, 4, "", "", 1}};
  EXPECT_THAT(segments(alert, "title"),
              ElementsAre(Segment{"Foreign fi", true}, Segment{"ghters return from Raqqa", false}));
}

TEST(Segments, FindEvidenceInListsWhereItCountsItsBytes) {
  auto alert = test::sample_alert();
  alert.match.evidence = {{"author", 10, 16, "Second", "second", 1}};
  EXPECT_EQ(field_text(alert, "author"), "A. Writer\nB. Second");
  EXPECT_EQ(segments(alert, "author").size(), 3U);
}

}  // namespace
}  // namespace tocsin::plugin
