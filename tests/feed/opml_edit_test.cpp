// SPDX-License-Identifier: Apache-2.0
#include "feed/opml_edit.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <random>

namespace tocsin::feed {
namespace {

using testing::HasSubstr;

Subscription feed_at(const std::string& url, std::vector<std::string> tags = {}) {
  return {.id = {}, .url = url, .title = {}, .site = {}, .tags = std::move(tags)};
}

std::string added(std::string_view bytes, const std::vector<Subscription>& feeds) {
  const auto edited = add_outlines(bytes, feeds);
  EXPECT_TRUE(edited.has_value()) << edited.error().message;
  return edited.value_or(std::string{});
}

std::string removed(std::string_view bytes, std::string_view key) {
  const auto edited = remove_outline(bytes, key);
  EXPECT_TRUE(edited.has_value()) << edited.error().message;
  return edited.value_or(std::string{});
}

constexpr std::string_view list = R"(<?xml version="1.0"?>
<!-- kept -->
<opml version='2.0'>
  <head><title>T</title></head>
  <body>
    <outline text="World" custom='1'>
       <outline text="A" xmlUrl="https://a.example/"   />  <!-- why a -->

       <!-- last of the world -->
    </outline>
    <outline text="B"
             xmlUrl="https://b.example/"/>
  </body>
</opml>
)";

TEST(AddOutlines, PutsAFeedAtTheEndOfTheListAsItsNeighboursStand) {
  std::string expected{list};
  expected.insert(expected.find("  </body>"),
                  "    <outline type=\"rss\" text=\"https://c.example/\" "
                  "xmlUrl=\"https://c.example/\"/>\n");
  EXPECT_EQ(added(list, {feed_at("https://c.example/")}), expected);
}

TEST(AddOutlines, PutsAFeedIntoTheFolderOfItsTag) {
  std::string expected{list};
  expected.insert(expected.find("    </outline>"),
                  "       <outline type=\"rss\" text=\"https://c.example/\" "
                  "xmlUrl=\"https://c.example/\"/>\n");
  EXPECT_EQ(added(list, {feed_at("https://c.example/", {"World"})}), expected);
}

TEST(AddOutlines, MakesFoldersThatAreMissing) {
  std::string expected{list};
  expected.insert(expected.find("  </body>"),
                  "    <outline text=\"New\">\n      <outline text=\"Sub\">\n"
                  "        <outline type=\"rss\" text=\"https://c.example/\" "
                  "xmlUrl=\"https://c.example/\"/>\n      </outline>\n    </outline>\n");
  EXPECT_EQ(added(list, {feed_at("https://c.example/", {"New", "Sub"})}), expected);
}

TEST(AddOutlines, SharesAFolderItMakes) {
  const std::string edited = added(empty_opml(), {feed_at("https://a.example/", {"N", "X"}),
                                                  feed_at("https://b.example/", {"N"}),
                                                  feed_at("https://c.example/", {"N", "X"})});
  EXPECT_EQ(std::count(edited.begin(), edited.end(), '\n'), 15);
}

TEST(AddOutlines, DeclaresThePrefixOfIdsOnce) {
  Subscription feed = feed_at("https://c.example/");
  feed.id = "c";
  const std::string once = added(list, {feed});
  EXPECT_THAT(once,
              HasSubstr("<opml version='2.0' xmlns:tocsin=\"https://tocsin.example/ns/opml\">"));
  feed.id = "d";
  EXPECT_EQ(added(once, {feed}).find("xmlns:tocsin", once.find("xmlns:tocsin") + 1),
            std::string::npos);
}

TEST(AddOutlines, EscapesWhatIsMarkup) {
  Subscription feed = feed_at("https://c.example/?a=1&b=\"2\"");
  feed.title = "<b> & \"c\"";
  EXPECT_THAT(added(list, {feed}),
              HasSubstr("text=\"&lt;b&gt; &amp; &quot;c&quot;\" "
                        "xmlUrl=\"https://c.example/?a=1&amp;b=&quot;2&quot;\""));
}

TEST(AddOutlines, KeepsWindowsLineEndsAndTheByteOrderMark) {
  const std::string text = "\xEF\xBB\xBF<opml>\r\n\t<body>\r\n\t</body>\r\n</opml>\r\n";
  EXPECT_EQ(
      added(text, {feed_at("https://c.example/")}),
      "\xEF\xBB\xBF<opml>\r\n\t<body>\r\n\t\t<outline type=\"rss\" text=\"https://c.example/\" "
      "xmlUrl=\"https://c.example/\"/>\r\n\t</body>\r\n</opml>\r\n");
}

TEST(AddOutlines, StaysOnTheLineOfAListThatHasOnlyOne) {
  EXPECT_EQ(added("<opml><body/></opml>", {feed_at("https://c.example/")}),
            "<opml><body><outline type=\"rss\" text=\"https://c.example/\" "
            "xmlUrl=\"https://c.example/\"/></body></opml>");
}

TEST(AddOutlines, MakesTheBodyThatIsMissing) {
  EXPECT_EQ(added("<opml>\n</opml>\n", {feed_at("https://c.example/")}),
            "<opml>\n  <body>\n    <outline type=\"rss\" text=\"https://c.example/\" "
            "xmlUrl=\"https://c.example/\"/>\n  </body>\n</opml>\n");
  EXPECT_EQ(added("<opml/>", {feed_at("https://c.example/")}),
            "<opml><body><outline type=\"rss\" text=\"https://c.example/\" "
            "xmlUrl=\"https://c.example/\"/></body></opml>");
}

TEST(AddOutlines, AddsBesideOutlinesThatStandWithoutABody) {
  EXPECT_EQ(
      added("<opml><outline xmlUrl='https://a.example/'/></opml>", {feed_at("https://c.example/")}),
      "<opml><outline xmlUrl='https://a.example/'/><outline type=\"rss\" "
      "text=\"https://c.example/\" xmlUrl=\"https://c.example/\"/></opml>");
}

TEST(AddOutlines, OpensAFolderThatWasEmpty) {
  EXPECT_EQ(
      added("<opml><body>\n <outline text='N'/>\n</body></opml>",
            {feed_at("https://c.example/", {"N"})}),
      "<opml><body>\n <outline text='N'>\n  <outline type=\"rss\" text=\"https://c.example/\" "
      "xmlUrl=\"https://c.example/\"/>\n </outline>\n</body></opml>");
}

TEST(AddOutlines, WritesReferencesIntoAFileOfAnotherCharset) {
  const std::string text =
      "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<opml>\n<body>\n"
      "<outline text=\"Caf\xE9\">\n<outline "
      "xmlUrl='https://a.example/'/>\n</outline>\n</body>\n</opml>\n";
  Subscription feed = feed_at("https://c.example/", {"Caf\u00E9"});
  feed.title = "\u00DCbersee \U0001F30D";
  std::string expected = text;
  expected.insert(expected.find("</outline>"),
                  "<outline type=\"rss\" text=\"&#220;bersee &#127757;\" "
                  "xmlUrl=\"https://c.example/\"/>\n");
  EXPECT_EQ(added(text, {feed}), expected);
}

TEST(AddOutlines, RefusesAWideEncoding) {
  std::string text{"\xFF\xFE"};
  for (const char c : std::string_view{"<opml><body/></opml>"}) text += {c, '\0'};
  const auto edited = add_outlines(text, {feed_at("https://c.example/")});
  ASSERT_FALSE(edited.has_value());
  EXPECT_THAT(edited.error().message, HasSubstr("utf-16le; convert it to UTF-8"));
}

TEST(AddOutlines, RefusesAFeedThatIsListed) {
  EXPECT_THAT(add_outlines(list, {feed_at("https://b.example/")}).error().message,
              HasSubstr("listed already"));
  EXPECT_THAT(add_outlines(list, {feed_at("https://c.example/"), feed_at("https://c.example/")})
                  .error()
                  .message,
              HasSubstr("listed already"));
}

TEST(AddOutlines, RefusesWhatIsNoWebAddress) {
  EXPECT_FALSE(add_outlines(list, {feed_at("gopher://c.example/")}).has_value());
  EXPECT_FALSE(add_outlines(list, {feed_at("https://c.example/\nx")}).has_value());
}

TEST(AddOutlines, RefusesMoreFoldersInEachOtherThanGiveTags) {
  const auto edited =
      add_outlines(list, {feed_at("https://c.example/", std::vector<std::string>(20, "x"))});
  ASSERT_FALSE(edited.has_value());
  EXPECT_THAT(edited.error().message, HasSubstr("more than 16 folders"));
}

TEST(AddOutlines, RefusesWhatIsNoOpml) {
  EXPECT_FALSE(add_outlines("", {}).has_value());
  EXPECT_FALSE(add_outlines("<rss/>", {}).has_value());
  EXPECT_FALSE(add_outlines("<opml><body>", {}).has_value());
}

TEST(AddOutlines, PassesOverOutlinesThatAreOnlyMentioned) {
  const std::string text =
      "<!DOCTYPE opml [<!ENTITY x \"<outline>\">]>\n<opml>\n<!-- <body> </body> -->\n"
      "<head><![CDATA[</opml>]]></head>\n<body>\n</body>\n</opml>\n";
  std::string expected = text;
  expected.insert(
      expected.rfind("</body>"),
      "  <outline type=\"rss\" text=\"https://c.example/\" xmlUrl=\"https://c.example/\"/>\n");
  EXPECT_EQ(added(text, {feed_at("https://c.example/")}), expected);
}

TEST(RemoveOutline, TakesTheFeedAndItsLines) {
  std::string expected{list};
  const auto begin = expected.find("    <outline text=\"B\"");
  expected.erase(begin, expected.find("  </body>") - begin);
  EXPECT_EQ(removed(list, "https://b.example/"), expected);
}

TEST(RemoveOutline, LeavesACommentOnItsLine) {
  std::string expected{list};
  const std::string_view outline = "<outline text=\"A\" xmlUrl=\"https://a.example/\"   />";
  expected.erase(expected.find(outline), outline.size());
  EXPECT_EQ(removed(list, "https://a.example/"), expected);
}

TEST(RemoveOutline, TakesTheSecondPlaceOfAFeedListedTwice) {
  EXPECT_EQ(removed("<opml><body><outline xmlUrl='https://a.example/'/>"
                    "<outline text='x' xmlUrl='https://a.example/'/></body></opml>",
                    "https://a.example/"),
            "<opml><body></body></opml>");
}

TEST(RemoveOutline, KeepsWhatStandsInTheOutlineOfTheFeed) {
  EXPECT_EQ(removed("<opml><body><outline text=\"A\" xmlUrl=\"http://a.ex/f\"><!-- keep -->"
                    "<outline text=\"B\" xmlUrl=\"http://b.ex/f\"/></outline></body></opml>",
                    "http://a.ex/f"),
            "<opml><body><!-- keep --><outline text=\"B\" xmlUrl=\"http://b.ex/f\"/>"
            "</body></opml>");
}

TEST(RemoveOutline, TakesTheLinesOfBothTagsOfAnOutlineThatHoldsOthers) {
  EXPECT_EQ(removed("<opml>\r\n <body>\r\n  <outline xmlUrl='http://a.ex/'>\r\n"
                    "   <!-- keep -->\r\n   <outline text='F'>\r\n"
                    "    <outline xmlUrl='http://b.ex/'/>\r\n   </outline>\r\n"
                    "  </outline>\r\n </body>\r\n</opml>",
                    "http://a.ex/"),
            "<opml>\r\n <body>\r\n"
            "   <!-- keep -->\r\n   <outline text='F'>\r\n"
            "    <outline xmlUrl='http://b.ex/'/>\r\n   </outline>\r\n"
            " </body>\r\n</opml>");
}

TEST(RemoveOutline, TakesAFeedOutOfAnothersOutline) {
  EXPECT_EQ(removed("<opml><body>\n<outline xmlUrl='http://a.ex/'>\n"
                    "  <outline xmlUrl='http://b.ex/'>\n  </outline>\n</outline>\n</body></opml>",
                    "http://b.ex/"),
            "<opml><body>\n<outline xmlUrl='http://a.ex/'>\n</outline>\n</body></opml>");
}

TEST(RemoveOutline, KeepsWhatStandsInAnOutlineInItself) {
  EXPECT_EQ(removed("<opml><body><outline xmlUrl='http://a.ex/'><outline xmlUrl='http://a.ex/'>"
                    "<outline xmlUrl='http://b.ex/'/></outline></outline></body></opml>",
                    "http://a.ex/"),
            "<opml><body><outline xmlUrl='http://b.ex/'/></body></opml>");
}

TEST(RemoveOutline, SaysThatThereIsNoSuchFeed) {
  const auto edited = remove_outline(list, "https://c.example/");
  ASSERT_FALSE(edited.has_value());
  EXPECT_EQ(edited.error().code, Errc::not_found);
}

/// A list in one of many styles, with comments and blank lines between.
class RandomList {
 public:
  explicit RandomList(unsigned seed) : random_{seed} {}

  std::string text() {
    end_ = pick({"\n", "\r\n"});
    unit_ = pick({"  ", "\t", "    "});
    std::string out = pick({"", "\xEF\xBB\xBF"}) + pick({"", "<?xml version=\"1.0\"?>" + end_});
    out += "<!-- <outline> -->" + end_ + "<opml version='2.0'>" + end_ + unit_ + "<body>" + end_;
    out += outlines(2);
    return out + unit_ + "</body>" + end_ + "</opml>" + pick({"", end_});
  }

  std::string pick(std::vector<std::string> choices) { return choices[below(choices.size())]; }

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random_);
  }

 private:
  std::string outlines(std::size_t depth) {
    std::string out;
    std::string indent;
    for (std::size_t i = 0; i < depth; ++i) indent += unit_;
    for (std::size_t count = below(4) + 1; count > 0; --count) {
      out += pick({"", indent + "<!-- note > ' -->" + end_, end_});
      const std::string number = std::to_string(++made_);
      if (depth < 4 && below(3) == 0) {
        out += indent + "<outline text='F" + number + "'>" + end_ + outlines(depth + 1);
        out += indent + "</outline>" + end_;
      } else {
        out += indent + "<outline" + pick({" ", end_ + indent + unit_}) + "text=\"N &gt; " +
               number + "\" xmlUrl='https://h.example/" + number + pick({"?a=1&amp;b", ""}) + "'";
        const bool holds_others = depth < 4 && below(6) == 0;
        out += holds_others ? ">" + end_ + outlines(depth + 1) + indent + "</outline>"
                            : pick({"/>", " />", "></outline>"});
        out += pick({"", " <!-- x -->"}) + end_;
      }
    }
    return out;
  }

  std::mt19937 random_;
  std::string end_;
  std::string unit_;
  int made_ = 0;
};

TEST(OpmlEdit, ComesBackToTheSameBytesWhenWhatWasAddedIsRemoved) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    RandomList random{seed};
    const std::string before = random.text();
    Diagnostics diagnostics;
    const auto feeds = read_opml(before, "x", diagnostics);
    ASSERT_TRUE(feeds.has_value()) << before;
    Subscription feed = feed_at("https://new.example/", feeds->front().tags);
    feed.title = random.pick({"A & <b>", "\u00C9t\u00E9", "\"q\"", ""});
    const std::string edited = added(before, {feed});
    EXPECT_GT(edited.size(), before.size());
    EXPECT_EQ(removed(edited, feed.url), before) << seed;
  }
}

std::vector<std::string> keys_in(std::string_view bytes) {
  Diagnostics diagnostics;
  std::vector<std::string> keys;
  const auto feeds = read_opml(bytes, "x", diagnostics);
  EXPECT_TRUE(feeds.has_value());
  for (const Subscription& feed : *feeds) keys.push_back(feed.key());
  return keys;
}

/// The bytes of `longer` that are missing in `shorter`; nothing when that has others besides.
std::optional<std::string> difference(std::string_view longer, std::string_view shorter) {
  std::string missing;
  for (const char byte : longer) {
    const bool is_there = !shorter.empty() && shorter.front() == byte;
    if (is_there) {
      shorter.remove_prefix(1);
    } else {
      missing.push_back(byte);
    }
  }
  return shorter.empty() ? std::optional{missing} : std::nullopt;
}

TEST(OpmlEdit, RemovesNothingButTheBytesOfTheFeed) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    RandomList random{seed};
    const std::string before = random.text();
    std::vector<std::string> keys = keys_in(before);
    const std::size_t gone = random.below(keys.size());
    const std::string edited = removed(before, keys[gone]);
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(gone));
    EXPECT_EQ(keys_in(edited), keys) << seed;
    // Nothing is new, and no more is missing than a start tag and an end tag.
    const auto missing = difference(before, edited);
    ASSERT_TRUE(missing.has_value()) << seed;
    EXPECT_LE(std::count(missing->begin(), missing->end(), '>'), 2) << *missing;
    const auto comments = [](const std::string& text) {
      return std::count(text.begin(), text.end(), '!');
    };
    EXPECT_EQ(comments(edited), comments(before)) << seed;
  }
}

}  // namespace
}  // namespace tocsin::feed
