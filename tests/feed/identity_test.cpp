// SPDX-License-Identifier: Apache-2.0
#include "feed/identity.hpp"

#include <gmock/gmock.h>

#include "feed/feed.hpp"

namespace tocsin::feed {
namespace {

Item item(const char* id, const char* link, const char* title, const char* text = "") {
  Item made;
  made.id = id;
  made.link = link;
  made.title = title;
  made.text = text;
  return made;
}

std::vector<Identity> identities(std::vector<Item> items) {
  Feed feed;
  feed.items = std::move(items);
  return identify(feed);
}

TEST(Identity, IsTheGuidsWhateverElseChanges) {
  const auto before = identities({item("g1", "https://a.example/1", "old")});
  const auto after = identities({item("g1", "https://a.example/2", "new")});
  EXPECT_EQ(before[0].key, after[0].key);
  EXPECT_EQ(before[0].key.size(), 32U);
}

TEST(Identity, AddsTheLinkWhereAGuidRepeats) {
  const auto found =
      identities({item("g", "https://a.example/1", "x"), item("g", "https://a.example/2", "x")});
  EXPECT_NE(found[0].key, found[1].key);
}

TEST(Identity, IsTheCanonicalLinksWithoutAGuid) {
  const auto before = identities({item("", "http://www.a.example/1?utm_source=rss", "x")});
  const auto after = identities({item("", "https://a.example/1#top", "y")});
  EXPECT_EQ(before[0].key, after[0].key);
}

TEST(Identity, IsOneForAGuidThatRepeatsWithItsLink) {
  const auto found = identities(
      {item("g", "https://a.example/1", "x"), item("g", "http://www.a.example/1/", "y")});
  EXPECT_EQ(found[0].key, found[1].key);
}

TEST(Identity, AddsTheTextToALinkThatSeveralItemsShare) {
  const auto found =
      identities({item("", "https://a.example/", "x"), item("", "https://a.example/", "y"),
                  item("", "https://a.example/", "x", "text")});
  EXPECT_NE(found[0].key, found[1].key);
  EXPECT_NE(found[0].key, found[2].key);
}

TEST(Identity, IsTheLinksWhereItemsShareItAndHaveNoText) {
  const auto alone = identities({item("", "https://a.example/", "")});
  const auto shared =
      identities({item("", "https://a.example/", ""), item("", "https://a.example/", "")});
  EXPECT_EQ(alone[0].key, shared[0].key);
  EXPECT_EQ(shared[0].key, shared[1].key);
}

TEST(Identity, IsTheGuidsWhereTheLinkIsTheWholeFeeds) {
  const auto before =
      identities({item("1", "https://a.example/", "x"), item("2", "https://a.example/", "x")});
  const auto after = identities({item("1", "https://a.example/", "changed")});
  EXPECT_NE(before[0].key, before[1].key);
  EXPECT_EQ(before[0].key, after[0].key);
}

TEST(Identity, KeepsTheParametersOfALinkThatTellItemsApart) {
  const auto found = identities({item("", "https://a.example/?id=1&utm_medium=rss", "x"),
                                 item("", "https://a.example/?id=2&utm_medium=rss", "x")});
  EXPECT_NE(found[0].key, found[1].key);
  EXPECT_TRUE(found[0].link_is_unique);
}

TEST(Identity, IsTheTextsWithoutGuidAndLink) {
  const auto found = identities({item("", "", "title", "text"), item("", "", "title", "other")});
  EXPECT_NE(found[0].key, found[1].key);
}

TEST(Identity, CountsOnlyTheTextsFirst200Characters) {
  const std::string head(200, 'x');
  const auto found = identities(
      {item("", "", "t", (head + "a").c_str()), item("", "", "t", (head + "b").c_str())});
  EXPECT_EQ(found[0].key, found[1].key);
}

TEST(Identity, KeepsGuidAndLinkOfTheSameSpellingApart) {
  const auto found =
      identities({item("https://a.example/1", "", "x"), item("", "https://a.example/1", "x")});
  EXPECT_NE(found[0].key, found[1].key);
}

TEST(Identity, SaysWhetherTheLinkIsUniqueInTheDocument) {
  const auto found =
      identities({item("1", "https://a.example/", "x"), item("2", "https://a.example/", "y"),
                  item("3", "https://a.example/3", "z"), item("4", "", "w")});
  EXPECT_FALSE(found[0].link_is_unique);
  EXPECT_FALSE(found[1].link_is_unique);
  EXPECT_TRUE(found[2].link_is_unique);
  EXPECT_FALSE(found[3].link_is_unique);
}

TEST(Identity, SeesNoChangeInWhiteSpace) {
  const auto before = identities({item("1", "", "a  b", "c\nd")});
  const auto after = identities({item("1", "", "a b", "c d")});
  EXPECT_EQ(before[0].text_digest, after[0].text_digest);
}

TEST(Identity, SeesAChangeOfText) {
  const auto before = identities({item("1", "", "a", "c")});
  const auto after = identities({item("1", "", "a", "d")});
  EXPECT_NE(before[0].text_digest, after[0].text_digest);
}

TEST(Identity, IsOfNoUseForAnEmptyItem) {
  EXPECT_FALSE(identities({item("", "", "")})[0].is_usable);
  EXPECT_TRUE(identities({item("", "", "t")})[0].is_usable);
}

}  // namespace
}  // namespace tocsin::feed
