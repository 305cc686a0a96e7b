// SPDX-License-Identifier: Apache-2.0
#include "feed/opml.hpp"

#include <gmock/gmock.h>

namespace tocsin::feed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Subscription> read(std::string_view bytes, Diagnostics& diagnostics) {
  const auto list = read_opml(bytes, "feeds.opml", diagnostics);
  EXPECT_TRUE(list.has_value());
  return list.value_or(std::vector<Subscription>{});
}

TEST(Opml, ReadsFoldersAsTags) {
  Diagnostics diagnostics;
  const auto list = read(R"(<opml version="2.0"><body>
<outline text="World"><outline text="Africa">
<outline text="One" title="First" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
</outline><outline text="Two" xmlUrl="https://b.example/feed" tocsin:id="b"/></outline>
<outline text="Three" xmlUrl="https://c.example/feed"/></body></opml>)",
                         diagnostics);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_THAT(list[0].tags, ElementsAre("World", "Africa"));
  EXPECT_EQ(list[0].title, "First");
  EXPECT_EQ(list[0].site, "https://a.example/");
  EXPECT_EQ(list[0].line, 3U);
  EXPECT_THAT(list[1].tags, ElementsAre("World"));
  EXPECT_EQ(list[1].key(), "b");
  EXPECT_THAT(list[2].tags, IsEmpty());
  EXPECT_EQ(list[2].key(), "https://c.example/feed");
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(Opml, LeavesOutAFeedWithoutAWebAddressAndSaysWhere) {
  Diagnostics diagnostics;
  const auto list =
      read("<opml><body>\n<outline xmlUrl='file:///etc/passwd'/></body></opml>", diagnostics);
  EXPECT_THAT(list, IsEmpty());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].line, 2U);
  EXPECT_EQ(diagnostics[0].column, 1U);
}

TEST(Opml, CountsColumnsInCharacters) {
  Diagnostics diagnostics;
  static_cast<void>(
      read("<opml><body>\n  <outline text='é€'><outline xmlUrl='gopher://a'/></outline>"
           "</body></opml>",
           diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].line, 2U);
  EXPECT_EQ(diagnostics[0].column, 22U);
}

TEST(Opml, SaysOnceWhereAFileEndsToBeXml) {
  Diagnostics diagnostics;
  const auto list = read_opml("<opml>\n<body>\n  <outline <\n", "feeds.opml", diagnostics);
  ASSERT_FALSE(list.has_value());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].line, 3U);
  EXPECT_GT(diagnostics[0].column, 1U);
  EXPECT_THAT(diagnostics[0].message, testing::Not(HasSubstr("feeds.opml")));
  EXPECT_EQ(list.error().message, to_line(diagnostics[0]));
}

TEST(Opml, SaysWhereAnotherRootStands) {
  Diagnostics diagnostics;
  ASSERT_FALSE(read_opml("<!-- x -->\n<html/>", "feeds.opml", diagnostics).has_value());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(to_line(diagnostics[0]), "feeds.opml:2:1: error: no OPML: its root is not <opml>");
}

TEST(Opml, LeavesOutAKeyListedTwice) {
  Diagnostics diagnostics;
  const auto list = read(
      "<opml><body><outline xmlUrl='https://a.example/'/>"
      "<outline xmlUrl='https://a.example/'/></body></opml>",
      diagnostics);
  EXPECT_EQ(list.size(), 1U);
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("twice"));
}

TEST(Opml, ReadsFeedsInAFeedsOutlineWithTheTagsAroundThatOne) {
  Diagnostics diagnostics;
  const auto list = read(
      "<opml><body><outline text='World'>\n"
      "<outline text='A' xmlUrl='https://a.example/'><!-- keep -->\n"
      "<outline text='B' xmlUrl='https://b.example/'/>"
      "<outline text='F'><outline text='C' xmlUrl='https://c.example/'/></outline></outline>"
      "<outline text='D' xmlUrl='https://d.example/'/></outline>"
      "<outline text='E' xmlUrl='https://e.example/'/></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 5U);
  EXPECT_EQ(list[1].url, "https://b.example/");
  EXPECT_EQ(list[1].line, 3U);
  EXPECT_THAT(list[0].tags, ElementsAre("World"));
  EXPECT_THAT(list[1].tags, ElementsAre("World"));
  EXPECT_THAT(list[2].tags, ElementsAre("World", "F"));
  EXPECT_THAT(list[3].tags, ElementsAre("World"));
  EXPECT_THAT(list[4].tags, IsEmpty());
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(Opml, ReadsFeedsInAnOutlineThatIsLeftOut) {
  Diagnostics diagnostics;
  const auto list = read(
      "<opml><body><outline text='A' xmlUrl='gopher://a/'>"
      "<outline xmlUrl='https://b.example/'/></outline></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_THAT(list[0].tags, IsEmpty());
  EXPECT_THAT(diagnostics, testing::SizeIs(1));
}

std::string in_folders(std::size_t count, const std::string& inside) {
  std::string text = "<opml><body>";
  for (std::size_t i = 0; i < count; ++i) text += "\n<outline text='x'>";
  text += inside;
  for (std::size_t i = 0; i < count; ++i) text += "</outline>";
  return text + "<outline xmlUrl='https://last.example/'/></body></opml>";
}

TEST(Opml, KeepsAFeedInMoreFoldersThanGiveTagsAndSaysWhichFolderIsNone) {
  Diagnostics diagnostics;
  const auto list = read(in_folders(20, "<outline xmlUrl='https://a.example/'/>"), diagnostics);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].url, "https://a.example/");
  EXPECT_EQ(list[0].tags, std::vector<std::string>(most_tags, "x"));
  EXPECT_THAT(list[1].tags, IsEmpty());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(to_line(diagnostics[0]),
            "feeds.opml:18:1: warning: 'x' is no tag: it stands in 16 folders already");
}

TEST(Opml, TakesEveryFolderForATagUpToTheMost) {
  Diagnostics diagnostics;
  const auto list =
      read(in_folders(most_tags, "<outline xmlUrl='https://a.example/'/>"), diagnostics);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].tags.size(), most_tags);
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(Opml, SurvivesAHundredThousandFolders) {
  Diagnostics diagnostics;
  const auto list =
      read(in_folders(100'000, "<outline xmlUrl='https://a.example/'/>"), diagnostics);
  EXPECT_EQ(list.size(), 2U);
  EXPECT_THAT(diagnostics, testing::SizeIs(1));
}

TEST(Opml, RefusesWhatIsNone) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read_opml("<rss/>", "x.opml", diagnostics).has_value());
  EXPECT_FALSE(read_opml("<opml><body>", "x.opml", diagnostics).has_value());
  EXPECT_FALSE(read_opml("", "x.opml", diagnostics).has_value());
}

TEST(Opml, TakesTheFeedSchemeForWhatItMeans) {
  Diagnostics diagnostics;
  const auto list =
      read("<opml><body><outline xmlurl='feed://a.example/x'/></body></opml>", diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].url, "http://a.example/x");
}

TEST(Opml, TellsWhereEachFeedStands) {
  Diagnostics diagnostics;
  const std::string text =
      "\xEF\xBB\xBF<opml><body>\n <outline xmlUrl='https://a.example/'/></body></opml>";
  const auto list = read(text, diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(text.substr(3 + list[0].offset, 8), "<outline");
}

std::vector<Subscription> read_foreign(std::string_view bytes, Diagnostics& diagnostics) {
  const auto list = read_foreign_opml(bytes, "export.opml", diagnostics);
  EXPECT_TRUE(list.has_value());
  return list.value_or(std::vector<Subscription>{});
}

TEST(ForeignOpml, UndoesReferencesThatWereWrittenTwice) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline text='Caf&amp;eacute; &amp;amp; Bar'"
      " xmlUrl='https://a.example/?x=1&amp;amp;y=2'/></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].url, "https://a.example/?x=1&y=2");
  EXPECT_EQ(list[0].title, "Caf\u00E9 & Bar");
}

TEST(ForeignOpml, ReadsBareAmpersandsInUrls) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline xmlUrl='https://a.example/?x=1&y=2'/></body></opml>", diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].url, "https://a.example/?x=1&y=2");
}

TEST(ForeignOpml, MendsWhatIsNoXml) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "\n<opml><body><outline text=\"A <b> & B\" xmlUrl=https://a.example/></outline>"
      "<outline text='C' xmlUrl='https://c.example/'><br></body>",
      diagnostics);
  EXPECT_THAT(list, testing::SizeIs(testing::Ge(1U)));
  ASSERT_FALSE(diagnostics.empty());
  EXPECT_EQ(diagnostics[0].level, Diagnostic::Level::warning);
}

TEST(ForeignOpml, ReadsOutlinesCutOffInTheMiddle) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline text='F'><outline xmlUrl='https://a.example/'/>"
      "<outline xmlUrl='https://b.example/'/><outl",
      diagnostics);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_THAT(list[1].tags, ElementsAre("F"));
}

TEST(ForeignOpml, ReadsFeedsInAFeedsOutline) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline type='rss' url='https://a.example/'>"
      "<outline text='B' xmlUrl='https://b.example/'/></outline></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_THAT(list[1].tags, IsEmpty());
}

TEST(ForeignOpml, ReadsOutlinesWithoutAnythingAround) {
  Diagnostics diagnostics;
  EXPECT_EQ(read_foreign("<outline xmlUrl='https://a.example/'/>", diagnostics).size(), 1U);
}

TEST(ForeignOpml, LeavesOutPagesThatAnotherProgramMakesFeedsOf) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline type='HTML+XPath' xmlUrl='https://a.example/'/></body></opml>",
      diagnostics);
  EXPECT_THAT(list, IsEmpty());
  EXPECT_THAT(diagnostics, testing::SizeIs(1));
}

TEST(ForeignOpml, TakesUrlForXmlUrlOfAFeed) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<opml><body><outline type='rss' url='https://a.example/'/>"
      "<outline type='link' url='https://b.example/'/></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].url, "https://a.example/");
}

TEST(ForeignOpml, ReadsAnotherCharset) {
  Diagnostics diagnostics;
  const auto list = read_foreign(
      "<?xml version='1.0' encoding='utf-8'?><opml><body>"
      "<outline text='Caf\xE9' xmlUrl='https://a.example/'/></body></opml>",
      diagnostics);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].title, "Caf\u00E9");
}

TEST(ForeignOpml, RefusesWhatHasNoOutlines) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read_foreign_opml("<html><p>x", "x", diagnostics).has_value());
  EXPECT_FALSE(read_foreign_opml("", "x", diagnostics).has_value());
  EXPECT_FALSE(read_foreign_opml("\x00\x01", "x", diagnostics).has_value());
}

TEST(Opml, ReadsBackWhatItWrote) {
  std::vector<Subscription> list(2);
  list[0] = {.id = "a",
             .url = "https://a.example/?x=1&y=2",
             .title = "A & \"B\"",
             .site = "https://a.example/",
             .tags = {"World", "Asia"}};
  list[1] = {.id = {}, .url = "https://b.example/", .title = "B", .site = {}, .tags = {"World"}};
  Diagnostics diagnostics;
  const auto again = read(write_opml(list), diagnostics);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].url, list[0].url);
  EXPECT_EQ(again[0].title, list[0].title);
  EXPECT_EQ(again[0].tags, list[0].tags);
  EXPECT_EQ(again[0].id, "a");
  EXPECT_EQ(again[1].tags, list[1].tags);
}

}  // namespace
}  // namespace tocsin::feed
