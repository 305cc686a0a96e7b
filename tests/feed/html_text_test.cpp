// SPDX-License-Identifier: Apache-2.0
#include "feed/html_text.hpp"

#include <gmock/gmock.h>

#include <string>

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
}

TEST(HtmlText, KnowsAQuotedValueBehindABlank) {
  EXPECT_EQ(html_to_text("<a title= 'x>y'>z</a>"), "z");
}

}  // namespace
}  // namespace tocsin::feed
