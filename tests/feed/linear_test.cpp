// SPDX-License-Identifier: Apache-2.0
// Documents made to be slow. Each would take minutes if the work on any of its parts grew
// with the square of its size; how long they do take is for tests/bench/parse_bench.cpp to tell.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "feed/feed.hpp"
#include "feed/limits.hpp"

namespace tocsin::feed {
namespace {

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

struct Slow {
  const char* name;
  std::string_view before;
  std::string_view piece;
  std::string_view after;
  std::size_t bytes;
};

class SlowDocumentTest : public testing::TestWithParam<Slow> {};

TEST_P(SlowDocumentTest, GivesItsItem) {
  const Slow& slow = GetParam();
  std::string document = "<rss version='2.0'><channel><item><guid>g</guid>";
  document += slow.before;
  document += repeated(slow.piece, slow.bytes);
  document += slow.after;
  ASSERT_LE(document.size(), longest_document);
  const auto feed = parse(document, {});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items.front().id, "g");
}

constexpr std::size_t mib = 1024UL * 1024;
constexpr std::string_view end = "</item></channel></rss>";

INSTANTIATE_TEST_SUITE_P(
    Parse, SlowDocumentTest,
    testing::Values(Slow{"Depth", "", "<a>", "", 3 * mib},
                    Slow{"Attributes", "<a", " a='b'", "", 6 * mib},
                    Slow{"Namespaces", "<a", " xmlns:a='b'", "/></item></channel></rss>", 4 * mib},
                    Slow{"Guids", "", "<guid/>", end, 2 * mib},
                    Slow{"Categories", "", "<category>c</category>", end, mib},
                    Slow{"LessThans", "<title>", "<", "", mib / 2},
                    Slow{"Ampersands", "<title>", "&", "", mib / 2},
                    Slow{"CdataStarts", "<title>", "<![CDATA[", "", 4 * mib},
                    Slow{"CdataLeftOpen", "", "<b><![CDATA[</b>", "", 2 * mib},
                    Slow{"InstructionsLeftOpen", "", "<b><?c</b>", "", 2 * mib},
                    Slow{"Comments", "<title>", "<!--", "", 4 * mib},
                    Slow{"Declarations", "<!DOCTYPE rss [", "<!ENTITY a", "]>", mib},
                    Slow{"BlankDeclarations", "<!DOCTYPE rss [", "<!ENTITY ", "\"]>", mib},
                    Slow{"Doctypes", "", "<!DOCTYPE a [<!--<rss>", end, 2 * mib},
                    Slow{"Quotes", "<!DOCTYPE rss [<!ENTITY a ", "\"'<rss>", "]>", mib},
                    Slow{"CommentsLeftOpen", "", "<b><!-- </b>", "", 4 * mib},
                    Slow{"EndTags", "", "</a>", "", mib}, Slow{"VoidTags", "", "<br>", "", mib}),
    [](const auto& slow) { return std::string{slow.param.name}; });

class SlowHtmlTest : public testing::TestWithParam<Slow> {};

/// As a title and as a body: their tags are read by different rules.
TEST_P(SlowHtmlTest, GivesItsItem) {
  const Slow& slow = GetParam();
  const std::string html = repeated(slow.piece, slow.bytes) + std::string{slow.after};
  std::string document = "<rss version='2.0'><channel><item><guid>g</guid><title><![CDATA[" + html;
  document += "]]></title><description><![CDATA[" + html;
  document += "]]></description></item></channel></rss>";
  const auto feed = parse(document, {.url = "https://example.org/", .content_type = {}});
  ASSERT_TRUE(feed.has_value());
  ASSERT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->items.front().summary.size(), html.size());
}

INSTANTIATE_TEST_SUITE_P(Parse, SlowHtmlTest,
                         testing::Values(Slow{"UnknownTags", "", "<x y", ">", mib / 2},
                                         Slow{"OddTags", "", "<a@", ">", mib / 2},
                                         Slow{"TagsWithoutEnd", "", "<b c", "", mib / 2},
                                         Slow{"Quotes", "", "<a b=\"", "", mib / 2},
                                         Slow{"StrayQuotes", "", "<a b='c", ">", mib / 2},
                                         Slow{"Scripts", "", "<script>", "", mib / 2},
                                         Slow{"Declarations", "", "<!a", "", mib / 2},
                                         Slow{"References", "", "&#0", "", mib / 2},
                                         Slow{"BareNames", "", "&amp", "", mib / 4}),
                         [](const auto& slow) { return std::string{slow.param.name}; });

TEST(Parse, KeepsAsManyItemsAsAFeedMayHaveOfAMillion) {
  constexpr std::size_t million = 1'000'000;
  const auto feed = parse("<rss><channel>" + repeated("<item/>", 7 * million), {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.size(), most_items);
  EXPECT_EQ(feed->warnings.back(), "more items than a feed has, the rest left out");
}

TEST(Parse, KeepsATitleOfTenMebibytes) {
  const std::string title = repeated("word ", longest_document - 100);
  const auto feed =
      parse("<rss><channel><item><title>" + title + "</title></item></channel></rss>", {});
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->items.at(0).title.size(), title.size() - 1);
}

/// What a document says once and every item repeats, or what every link is made longer by.
struct Growing {
  const char* name;
  std::string_view before;
  std::string_view first;
  std::size_t first_bytes;
  std::string_view between;
  std::string_view piece;
  std::string_view after;
};

std::size_t bytes_in(const Item& item) {
  std::size_t bytes = item.language.size() + item.link.size() + item.summary.size() +
                      item.text.size() + item.comments.size();
  for (const Content& content : item.content) bytes += content.value.size();
  for (const Link& link : item.links) bytes += link.href.size();
  for (const Enclosure& enclosure : item.enclosures) bytes += enclosure.url.size();
  for (const Person& person : item.authors) {
    bytes += sizeof(Person) + person.name.size() + person.url.size();
  }
  return bytes;
}

std::size_t bytes_in(const Feed& feed) {
  std::size_t bytes = 0;
  for (const Item& item : feed.items) bytes += bytes_in(item);
  return bytes;
}

class GrowingDocumentTest : public testing::TestWithParam<Growing> {};

TEST_P(GrowingDocumentTest, OfAHundredKilobytesStaysSmall) {
  constexpr std::size_t most = 40UL * 1024 * 1024;
  const Growing& growing = GetParam();
  std::string document{growing.before};
  document += repeated(growing.first, growing.first_bytes);
  document += growing.between;
  document += repeated(growing.piece, 100'000 - growing.first_bytes);
  document += growing.after;
  const auto feed = parse(document, {.url = "https://example.org/feed", .content_type = {}});
  ASSERT_TRUE(feed.has_value());
  ASSERT_FALSE(feed->items.empty());
  EXPECT_LE(bytes_in(*feed), most);
}

INSTANTIATE_TEST_SUITE_P(
    Parse, GrowingDocumentTest,
    testing::Values(
        Growing{"Authors", "<feed xmlns='http://www.w3.org/2005/Atom'>",
                "<author><name>a</name></author>", 50'000, "", "<entry/>", "</feed>"},
        Growing{"AuthorsName", "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>", "a",
                50'000, "</name></author>", "<entry/>", "</feed>"},
        Growing{"Language", "<rss xml:lang='", "a", 50'000, "'><channel>", "<item/>",
                "</channel></rss>"},
        Growing{"LanguageElement", "<rss><channel><language>", "a", 50'000, "</language>",
                "<item/>", "</channel></rss>"},
        Growing{"BaseOfLinks", "<rss><channel xml:base='http://a/", "a", 50'000, "/'><item>",
                "<link>x</link>", "</item></channel></rss>"},
        Growing{"BaseOfItems", "<rss><channel xml:base='http://a/", "a", 2'000, "/'>",
                "<item><link>x</link></item>", "</channel></rss>"},
        Growing{"BaseOfMarkup", "<rss><channel xml:base='http://a/", "a", 2'000,
                "/'><item><description><![CDATA[", "<a href=x>",
                "]]></description></item></channel></rss>"},
        Growing{"JsonLanguage", R"({"language":")", "a", 50'000, R"(","items":[{})", ",{}", "]}"},
        Growing{"JsonAuthors", R"({"authors":["a")", R"(,"a")", 50'000, R"(],"items":[{})", ",{}",
                "]}"}),
    [](const auto& growing) { return std::string{growing.param.name}; });

}  // namespace
}  // namespace tocsin::feed
