// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>

#include "feed/feed.hpp"

/// What items take over from their feed, and what is too long to be taken over.
namespace tocsin::feed {
namespace {

Item first_item_of(const std::string& document) {
  auto feed = parse(document, {});
  return feed && !feed->items.empty() ? std::move(feed->items.front()) : Item{};
}

std::string feed_with(int authors, const std::string& name) {
  std::string feed = "<feed xmlns='http://www.w3.org/2005/Atom'>";
  for (int i = 0; i < authors; ++i) feed += "<author><name>" + name + "</name></author>";
  return feed + "<entry><id>1</id></entry></feed>";
}

TEST(Inheritance, HandsDownTheFirstSixteenAuthors) {
  EXPECT_EQ(first_item_of(feed_with(3, "Ann")).authors.size(), 3U);
  EXPECT_EQ(first_item_of(feed_with(40, "Ann")).authors.size(), 16U);
}

TEST(Inheritance, HandsDownAKibibyteOfAuthors) {
  EXPECT_EQ(first_item_of(feed_with(1, std::string(1024, 'a'))).authors.size(), 1U);
  EXPECT_EQ(first_item_of(feed_with(1, std::string(1025, 'a'))).authors.size(), 0U);
}

TEST(Inheritance, LeavesAnItemItsOwnAuthorsHoweverMany) {
  std::string authors;
  for (int i = 0; i < 40; ++i) authors += "<author><name>Ben</name></author>";
  const std::string feed =
      "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Ann</name>"
      "</author><entry>" +
      authors + "</entry></feed>";
  EXPECT_EQ(first_item_of(feed).authors.size(), 40U);
}

TEST(Inheritance, TakesAnOverlongLanguageForNone) {
  const std::string rss = "<rss xml:lang='" + std::string(65, 'a') +
                          "'><channel><dc:language>de</dc:language><item/></channel></rss>";
  EXPECT_EQ(first_item_of(rss).language, "de");
  EXPECT_EQ(first_item_of("<rss xml:lang='de-AT'><channel><item/></channel></rss>").language,
            "de-AT");
  EXPECT_EQ(
      first_item_of(R"({"language":")" + std::string(65, 'a') + R"(","items":[{}]})").language, "");
}

}  // namespace
}  // namespace tocsin::feed
