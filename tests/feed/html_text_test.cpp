// SPDX-License-Identifier: Apache-2.0
#include "feed/html_text.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <string_view>

namespace tocsin::feed {
namespace {

TEST(HtmlText, TakesACarriageReturnForWhiteSpaceHoweverItIsWritten) {
  EXPECT_EQ(html_to_text("a&#13;b\rc&#xD;&#10;d"), "a b c d");
  EXPECT_EQ(title_to_text("a&amp;#13;b"), "a b");
}

TEST(HtmlText, DropsTagsAndFoldsSpace) {
  EXPECT_EQ(html_to_text("  a <b>bold</b>\n\t word  "), "a bold word");
}

TEST(HtmlText, StartsALineAtBlockElements) {
  EXPECT_EQ(html_to_text("<p>one</p><p>two<br/>three</p>"), "one\ntwo\nthree");
}

TEST(HtmlText, LeavesOutScriptAndStyle) {
  EXPECT_EQ(html_to_text("a<script>if (x < 1) alert('</p>')</SCRIPT>b<style>p{}</style>c"), "abc");
}

TEST(HtmlText, ShowsTheRestWhenAScriptNeverEnds) {
  EXPECT_EQ(html_to_text("a <script>b <script>c"), "a b c");
}

TEST(HtmlText, DecodesNamedAndNumberedReferences) {
  EXPECT_EQ(html_to_text("&eacute;&#233;&#xE9;&Eacute &rarr; &amp;lt;"), "ééé\xC3\x89 → &lt;");
}

TEST(HtmlText, ReadsLowNumbersAsWindows1252) {
  EXPECT_EQ(html_to_text("it&#146;s"), "it’s");
}

TEST(HtmlText, DropsReferencesToControls) {
  EXPECT_EQ(html_to_text("a&#0;&#1;&#xD800;b"), "ab");
}

TEST(HtmlText, KeepsWhatIsNoReference) {
  EXPECT_EQ(html_to_text("AT&T, R&D; ?a=1&copy=2 &unknown; &"),
            "AT&T, R&D; ?a=1&copy=2 &unknown; &");
}

TEST(HtmlText, KeepsAngleBracketsThatAreNoTags) {
  EXPECT_EQ(html_to_text("1 < 2 and 3 > 2 <3"), "1 < 2 and 3 > 2 <3");
}

TEST(HtmlText, SkipsGreaterSignsInsideAttributes) {
  EXPECT_EQ(html_to_text(R"(<a title="a>b" href='x'>link</a>)"), "link");
}

TEST(HtmlText, SurvivesAStrayQuoteInATag) {
  EXPECT_EQ(html_to_text("<a href=\">x</a> y"), "x y");
}

TEST(HtmlText, SkipsComments) {
  EXPECT_EQ(html_to_text("a<!-- <p>b</p> -->c"), "ac");
}

TEST(HtmlText, IsLinearInTagsThatNeverEnd) {
  std::string html;
  for (int i = 0; i < 400'000; ++i) html += "<a \"";
  EXPECT_EQ(html_to_text(html).size(), html.size());
}

TEST(HtmlText, IsLinearInHiddenElementsThatNeverEnd) {
  std::string html;
  for (int i = 0; i < 200'000; ++i) html += "<script><style></a>";
  EXPECT_EQ(html_to_text(html), "");
}

TEST(TitleText, KeepsWhatHtmlDoesNotKnowAsATag) {
  EXPECT_EQ(title_to_text("vector&lt;int&gt; and <int> but <b>bold</b>"),
            "vector<int> and <int> but bold");
}

TEST(TitleText, DecodesWhatWasEncodedTwice) {
  EXPECT_EQ(title_to_text("AT&amp;amp;T caf&amp;eacute;"), "AT&T café");
}

TEST(TitleText, IsOneLine) {
  EXPECT_EQ(title_to_text("a<br>b\nc"), "a b c");
}

TEST(FoldSpace, TrimsAndFolds) {
  EXPECT_EQ(fold_space(" a \n\t b "), "a b");
  EXPECT_EQ(fold_space("a b"), "a b");
  EXPECT_EQ(fold_space("\r\n\f"), "");
  EXPECT_EQ(fold_space(""), "");
}

TEST(FoldSpace, FoldsWhereverABlockOfBytesEnds) {
  constexpr std::string_view spaces = " \t\n\r\f";
  std::mt19937 random{7};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    std::string folded;
    for (auto left = random() % 40; left > 0; --left) {
      const bool is_word = random() % 3 > 0;
      const char next = is_word ? static_cast<char>(0x21 + random() % 0xdf) : spaces[random() % 5];
      text += next;
      if (is_word) folded += next;
      if (!is_word && !folded.empty() && folded.back() != ' ') folded += ' ';
    }
    if (folded.ends_with(' ')) folded.pop_back();
    ASSERT_EQ(fold_space(text), folded) << testing::PrintToString(text);
  }
}

TEST(HtmlText, KnowsAQuotedValueBehindABlank) {
  EXPECT_EQ(html_to_text("<a title= 'x>y'>z</a>"), "z");
}

}  // namespace
}  // namespace tocsin::feed
