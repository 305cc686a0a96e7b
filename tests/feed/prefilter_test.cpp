// SPDX-License-Identifier: Apache-2.0
#include "feed/prefilter.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tocsin::feed {
namespace {

using namespace std::string_literals;

TEST(Prefilter, LeavesACleanDocumentAlone) {
  const std::string clean =
      "<?xml version=\"1.0\"?><rss a='&amp;'>é &lt; <![CDATA[a & b < c]]></rss>";
  const Filtered filtered = prefilter(clean);
  EXPECT_EQ(filtered.text, clean);
  EXPECT_TRUE(filtered.warnings.empty());
}

TEST(Prefilter, CutsWhatStandsBeforeTheFeed) {
  EXPECT_EQ(prefilter("Warning: PHP!\n<br><rss/>").text, "<rss/>");
}

TEST(Prefilter, EscapesABareAmpersand) {
  EXPECT_EQ(prefilter("<a b='?x=1&y=2'>R&D AT&T;</a>").text,
            "<a b='?x=1&amp;y=2'>R&amp;D AT&amp;T;</a>");
}

TEST(Prefilter, EscapesAnAngleThatStartsNoTag) {
  EXPECT_EQ(prefilter("<a>1 < 2 <3</a>").text, "<a>1 &lt; 2 &lt;3</a>");
}

TEST(Prefilter, WritesHtmlEntitiesAsCharacters) {
  EXPECT_EQ(prefilter("<a>caf&eacute;&nbsp;&LT;</a>").text, "<a>café\xC2\xA0&lt;</a>");
}

TEST(Prefilter, KeepsAnApostropheFromEndingItsAttribute) {
  EXPECT_EQ(prefilter("<a b='x&#39;y&#x27;z'/>").text, "<a b='x&apos;y&apos;z'/>");
}

TEST(Prefilter, TakesACarriageReturnForTheLegalReferenceItIs) {
  const Filtered filtered = prefilter("<a>x&#13;\ny&#xD;z</a>");
  EXPECT_EQ(filtered.text, "<a>x\r\ny\rz</a>");
  EXPECT_TRUE(filtered.warnings.empty());
}

TEST(Prefilter, LeavesEntitiesInCdataAlone) {
  EXPECT_EQ(prefilter("<a><![CDATA[&eacute;]]></a>").text, "<a><![CDATA[&eacute;]]></a>");
}

TEST(Prefilter, DropsControlsEverywhere) {
  EXPECT_EQ(prefilter("<a>\x01x\0y\x7F<![CDATA[\x0Bz]]>&#8;</a>"s).text, "<a>xy<![CDATA[z]]></a>");
}

TEST(Prefilter, DropsControlsOfDeclaredEntities) {
  const Filtered filtered =
      prefilter("<!DOCTYPE rss [<!ENTITY h \"a\0b\xC2\x93\x7F\">]><rss>&h;</rss>"s);
  EXPECT_EQ(filtered.text, "<rss>ab“</rss>");
  EXPECT_TRUE(filtered.is_broken);
}

TEST(Prefilter, EndsWithACommentThatOpensTheDocument) {
  EXPECT_EQ(prefilter("<!--").text, "");
  EXPECT_EQ(prefilter("<!-- <rss><item></item></rss>").text, "</item></rss>");
}

TEST(Prefilter, ReadsC1AsWindows1252) {
  EXPECT_EQ(prefilter("<a>it&#146;s \xC2\x93x\xC2\x94</a>").text, "<a>it’s “x”</a>");
}

TEST(Prefilter, EndsAnOpenCdataSection) {
  EXPECT_EQ(prefilter("<a><![CDATA[x").text, "<a><![CDATA[x]]>");
}

TEST(Prefilter, PutsPlainEntitiesInTheirPlaces) {
  EXPECT_EQ(prefilter("<!DOCTYPE r [<!ENTITY pub \"Gazette\">]><r>&pub;</r>").text,
            "<r>Gazette</r>");
}

TEST(Prefilter, IgnoresEntitiesMadeOfEntities) {
  EXPECT_EQ(prefilter("<!DOCTYPE r [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><r>&b;</r>").text,
            "<r>&amp;b;</r>");
}

TEST(Prefilter, EndsADoctypeAtTheRootWhenItsBracketIsMissing) {
  const Filtered filtered = prefilter("<!DOCTYPE rss [<!ENTITY a \"b\"><rss>&a;</rss>");
  EXPECT_EQ(filtered.text, "<rss>b</rss>");
  EXPECT_THAT(filtered.warnings, testing::ElementsAre("document type left open"));
}

TEST(Prefilter, DoesNotLetEntitiesMultiplyTheDocument) {
  std::string text = "<!DOCTYPE r [<!ENTITY a \"" + std::string(10'000, 'x') + "\">]><r>";
  for (int i = 0; i < 10'000; ++i) text += "&a;";
  EXPECT_LT(prefilter(text).text.size(), 3UL * 1024 * 1024);
}

TEST(Prefilter, TellsWhatXmlForbidsThoughParsersTakeIt) {
  EXPECT_TRUE(prefilter("<a b='x<b>y'/>").is_broken);
  EXPECT_TRUE(prefilter("<a><!-- x -- y --></a>").is_broken);
  EXPECT_TRUE(prefilter("<a><!-- x ---></a>").is_broken);
  EXPECT_TRUE(prefilter("<a>caf&#233 </a>").is_broken);
  EXPECT_TRUE(prefilter("<!-- x --><?xml version='1.0'?><a/>").is_broken);
}

TEST(Prefilter, TakesForSoundWhatXmlAllows) {
  EXPECT_FALSE(
      prefilter("<?xml version='1.0'?><!-- - x --><?xml-stylesheet a='b'?><a/>").is_broken);
  EXPECT_FALSE(prefilter("<a b='x>y'>\xC2\x85\x7F&#133;</a>").is_broken);
}

TEST(Prefilter, DropsComments) {
  EXPECT_EQ(prefilter("<a><!-- x -- y -->z</a>").text, "<a>z</a>");
}

}  // namespace
}  // namespace tocsin::feed
