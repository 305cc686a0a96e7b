// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using test::sample_item;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ItemSearch : public test::StoreTest {
 protected:
  ItemRow insert_titled(const std::string& identity, const std::string& title) {
    auto item = sample_item("ecb", identity);
    item.title = title;
    item.id = insert(item);
    return item;
  }

  ItemId insert_seen(const std::string& feed, const std::string& identity, Time first_seen) {
    auto item = sample_item(feed, identity);
    item.first_seen = first_seen;
    return insert(item);
  }

  void retitle(ItemRow item, const std::string& title) {
    item.title = title;
    auto transaction = must(store().begin());
    must(transaction.update_item(item));
    must(transaction.commit());
  }

  /// What is found, by number.
  std::vector<ItemId> ask(const ItemQuery& query) {
    std::vector<ItemId> ids;
    for (const ItemHit& hit : must(store().search_items(query)).hits) ids.push_back(hit.id);
    return ids;
  }

  std::vector<ItemId> search(const std::string& words) { return ask({.words = {words}}); }

  /// FTS5's: each takes part in each search.
  std::int64_t segments() {
    const auto reader = must(Connection::open(path(), {.read_only = true}, false));
    return must(reader->number("SELECT count(DISTINCT segid) FROM item_text_idx"));
  }
};

TEST_F(ItemSearch, SearchesEveryWordWithoutAccents) {
  auto item = sample_item("ecb", "i1");
  item.title = "Élections à Raqqa";
  insert(item);
  insert(sample_item("ecb", "i2"));
  must(store().index_items(10));
  EXPECT_THAT(search("elections raqqa"), SizeIs(1));
  EXPECT_THAT(search("elections berlin"), IsEmpty());
}

TEST_F(ItemSearch, SearchesAPrefix) {
  auto item = sample_item("ecb", "i1");
  item.content = "returning fighters";
  insert(item);
  must(store().index_items(10));
  EXPECT_THAT(search("return*"), SizeIs(1));
  EXPECT_THAT(search("return"), IsEmpty());
}

TEST_F(ItemSearch, TakesSearchSyntaxAsWords) {
  insert(sample_item("ecb", "i1"));
  EXPECT_TRUE(store().search_items({.words = {"title: OR ( \" NEAR \"\" ^ * -"}}));
}

TEST_F(ItemSearch, ForgetsTheWordsOfAnEarlierRevision) {
  const auto item = insert_titled("i1", "Alpha");
  must(store().index_items(10));
  retitle(item, "Beta");
  EXPECT_THAT(search("alpha"), IsEmpty());
  EXPECT_THAT(search("beta"), SizeIs(1));
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(ItemSearch, FindsAnItemThatChangedBeforeItWasIndexedByItsNewWordsOnly) {
  const auto item = insert_titled("i1", "Alpha");
  retitle(item, "Beta");
  must(store().index_items(10));
  EXPECT_THAT(search("alpha"), IsEmpty());
  EXPECT_THAT(search("beta"), SizeIs(1));
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(ItemSearch, IndexesTheOldestFirstAndEachOnce) {
  for (const char* identity : {"i1", "i2", "i3"}) insert_titled(identity, "Alpha");
  EXPECT_EQ(must(store().index_items(2)), 2U);
  EXPECT_THAT(search("alpha"), SizeIs(2));
  EXPECT_EQ(must(store().index_items(2)), 1U);
  EXPECT_EQ(must(store().index_items(2)), 0U);
  EXPECT_THAT(search("alpha"), SizeIs(3));
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(ItemSearch, GoesOnIndexingWhereARestartInterruptedIt) {
  insert_titled("i1", "Alpha");
  must(store().index_items(10));
  insert_titled("i2", "Alpha");
  reopen();
  EXPECT_EQ(must(store().index_items(10)), 1U);
  EXPECT_THAT(search("alpha"), SizeIs(2));
}

TEST_F(ItemSearch, GivesTheNewestFirstUpToALimit) {
  const auto first = insert_titled("i1", "Alpha").id;
  const auto second = insert_titled("i2", "Alpha Alpha Alpha").id;
  const auto third = insert_titled("i3", "Alpha").id;
  must(store().index_items(10));
  EXPECT_THAT(search("alpha"), ElementsAre(third, second, first));
  EXPECT_THAT(ask({.words = {"alpha"}, .limit = 2}), ElementsAre(third, second));
}

TEST_F(ItemSearch, ShowsTheWordsWhereTheyStand) {
  auto item = sample_item("ecb", "i1");
  item.content = "The harbour burnt at night.";
  insert(item);
  must(store().index_items(10));
  const auto found = must(store().search_items({.words = {"burn*", "harbour"}}));
  ASSERT_THAT(found.hits, SizeIs(1));
  EXPECT_EQ(found.hits.front().snippet, "The [harbour] [burnt] at night.");
}

TEST_F(ItemSearch, CutsASnippetOfTextWithoutBlanks) {
  auto item = sample_item("ecb", "i1");
  item.content = "alpha " + std::string(100'000, 'x');
  insert(item);
  must(store().index_items(10));
  EXPECT_EQ(must(store().search_items({.words = {"alpha"}})).hits.front().snippet.size(), 400U);
}

TEST_F(ItemSearch, KeepsToItemsFirstSeenSinceATime) {
  insert_seen("ecb", "old", noon - 48h);
  const auto young = insert_seen("ecb", "young", noon);
  must(store().index_items(10));
  EXPECT_THAT(ask({.words = {"title"}, .since = noon - 1h}), ElementsAre(young));
  EXPECT_THAT(ask({.words = {"title"}, .feed_key = "ecb", .since = noon}), ElementsAre(young));
  EXPECT_THAT(ask({.words = {"title"}, .since = noon + 1h}), IsEmpty());
}

TEST_F(ItemSearch, FindsWhatAClockThatWasAheadHasDated) {
  const auto ahead = insert_seen("ecb", "ahead", noon + 48h);
  insert_seen("ecb", "old", noon - 48h);
  const auto young = insert_seen("ecb", "young", noon);
  must(store().index_items(10));
  EXPECT_THAT(ask({.words = {"title"}, .since = noon}), ElementsAre(young, ahead));
  EXPECT_THAT(ask({.words = {"title"}, .feed_key = "ecb", .since = noon}),
              ElementsAre(young, ahead));
}

TEST_F(ItemSearch, KeepsToAFeed) {
  const auto here = insert_seen("ecb", "i1", noon);
  insert_seen("bbc", "i1", noon);
  must(store().index_items(10));
  EXPECT_THAT(ask({.words = {"title"}, .feed_key = "ecb"}), ElementsAre(here));
  EXPECT_THAT(ask({.words = {"title"}, .feed_key = "nobody"}), IsEmpty());
}

TEST_F(ItemSearch, RefusesMoreWordsThanItLooksFor) {
  const ItemQuery most{.words = std::vector<std::string>(ItemQuery::most_words, "alpha")};
  EXPECT_TRUE(store().search_items(most));
  const auto refused = store().search_items(
      {.words = std::vector<std::string>(ItemQuery::most_words / 2 + 1, "alpha beta")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_large);
}

TEST_F(ItemSearch, SaysHowManyItemsTheIndexHasNotComeTo) {
  EXPECT_EQ(must(store().search_items({})).unindexed, 0);
  for (const char* identity : {"i1", "i2", "i3"}) insert_titled(identity, "Alpha");
  EXPECT_EQ(must(store().search_items({.words = {"alpha"}})).unindexed, 3);
  must(store().index_items(2));
  EXPECT_EQ(must(store().search_items({.words = {"alpha"}})).unindexed, 1);
  must(store().index_items(2));
  EXPECT_EQ(must(store().search_items({.words = {"alpha"}})).unindexed, 0);
}

TEST_F(ItemSearch, ReadsAPrefixAsTheIndexReadsWords) {
  const auto item = insert_titled("i1", "Élections à New York").id;
  insert_titled("i2", "Elected in old York");
  must(store().index_items(10));
  EXPECT_THAT(search("ÉLECTI*"), ElementsAre(item));
  EXPECT_THAT(search("new-yo*"), ElementsAre(item));
  EXPECT_THAT(search("elect* york new"), ElementsAre(item));
  EXPECT_THAT(search("elect* lond*"), IsEmpty());
}

TEST_F(ItemSearch, RefusesAPrefixOfTooManyWords) {
  auto item = sample_item("ecb", "i1");
  item.content.clear();
  for (std::size_t i = 0; i < ItemQuery::most_forms; ++i) {
    item.content += "form" + std::to_string(i) + " ";
  }
  insert(item);
  must(store().index_items(10));
  EXPECT_THAT(search("form*"), SizeIs(1));
  insert_titled("i2", "Formal");
  must(store().index_items(10));
  const auto refused = store().search_items({.words = {"form*"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_large);
  EXPECT_EQ(refused.error().message, "more than 500 words begin with 'form'; name more of it");
  EXPECT_THAT(search("forma*"), SizeIs(1));
}

TEST_F(ItemSearch, FindsAWordInsideARunOfCharacters) {
  const auto fire = insert_titled("i1", "横浜港で火災が発生").id;
  const auto thai = insert_titled("i2", "เกิดไฟไหม้ที่ท่าเรือ").id;
  const auto rare = insert_titled("i3", "ship 𠮷野丸 burns").id;
  insert_titled("i4", "Harbour fire in Yokohama");
  for (const bool is_indexed : {false, true}) {
    EXPECT_THAT(search("火災"), ElementsAre(fire));
    EXPECT_THAT(search("火災*"), ElementsAre(fire));
    EXPECT_THAT(search("火災 横浜"), ElementsAre(fire));
    EXPECT_THAT(search("火災 大阪"), IsEmpty());
    EXPECT_THAT(search("ไฟไหม้"), ElementsAre(thai));
    EXPECT_THAT(search("𠮷野"), ElementsAre(rare));
    if (!is_indexed) must(store().index_items(10));
  }
  EXPECT_THAT(search("SHIP 野丸"), ElementsAre(rare));
  EXPECT_THAT(search("boat 野丸"), IsEmpty());
}

TEST_F(ItemSearch, ReadsOnlyWhatElseIsAskedForWhenItReads) {
  std::vector<ItemId> here;
  for (int i = 0; i < 3; ++i) {
    auto item = sample_item("ecb", "i" + std::to_string(i));
    item.summary = "火災が発生";
    item.first_seen = noon + i * 1h;
    here.push_back(insert(item));
    item.feed_key = "bbc";
    insert(item);
  }
  must(store().index_items(10));
  EXPECT_THAT(ask({.words = {"火災"}, .feed_key = "ecb"}), ElementsAre(here[2], here[1], here[0]));
  EXPECT_THAT(ask({.words = {"火災"}, .feed_key = "ecb", .limit = 1}), ElementsAre(here[2]));
  EXPECT_THAT(ask({.words = {"火災", "i1"}, .feed_key = "ecb"}), ElementsAre(here[1]));
  EXPECT_THAT(ask({.words = {"火災"}, .since = noon + 1h}), SizeIs(4));
  EXPECT_EQ(must(store().search_items({.words = {"火災"}, .limit = 1})).hits.front().snippet,
            "[火災]が発生");
}

TEST_F(ItemSearch, ReadsTheNewestOnlyAndSaysSo) {
  insert_titled("i1", "北京新闻");
  const auto second = insert_titled("i2", "北京新闻").id;
  const auto third = insert_titled("i3", "上海新闻").id;
  must(store().index_items(10));
  const auto ask_reading = [this](const std::string& word, std::size_t most_read) {
    return must(store().search_items({.words = {word}, .limit = 2, .most_read = most_read}));
  };
  const auto cut = ask_reading("北京", 2);
  ASSERT_THAT(cut.hits, SizeIs(1));
  EXPECT_EQ(cut.hits.front().id, second);
  EXPECT_TRUE(cut.is_cut);
  EXPECT_FALSE(ask_reading("北京", 3).is_cut);
  const auto enough = ask_reading("新闻", 2);  // nobody wants to know of more
  ASSERT_THAT(enough.hits, SizeIs(2));
  EXPECT_EQ(enough.hits.front().id, third);
  EXPECT_FALSE(enough.is_cut);
}

TEST_F(ItemSearch, CutsTheSnippetOfARunBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "港";
  insert_titled("i1", text + "x火災" + text);
  const auto found = must(store().search_items({.words = {"火災"}}));
  ASSERT_THAT(found.hits, SizeIs(1));
  std::string some;
  for (int i = 0; i < 29; ++i) some += "港";
  EXPECT_EQ(found.hits.front().snippet, "…" + some + "x[火災]" + some + "港…");
}

TEST_F(ItemSearch, ListsTheNewestFirst) {
  const auto late = insert_seen("ecb", "late", noon + 2h);
  const auto early = insert_seen("ecb", "early", noon);
  const auto other = insert_seen("bbc", "other", noon + 1h);
  EXPECT_THAT(ask({}), ElementsAre(late, other, early));
  EXPECT_THAT(ask({.limit = 1}), ElementsAre(late));
  EXPECT_THAT(ask({.since = noon + 1h}), ElementsAre(late, other));
  EXPECT_THAT(ask({.feed_key = "ecb"}), ElementsAre(late, early));
  EXPECT_THAT(ask({.feed_key = "ecb", .since = noon + 1h, .limit = 5}), ElementsAre(late));
}

TEST_F(ItemSearch, DoesNotListWhatRetentionHasTaken) {
  insert_seen("ecb", "old", noon);
  must(store().prune(noon + 24h * 91, {}, 100));
  EXPECT_THAT(ask({}), IsEmpty());
  EXPECT_THAT(ask({.feed_key = "ecb"}), IsEmpty());
}

TEST_F(ItemSearch, ReadsBesideTheDaemon) {
  insert_titled("i1", "Alpha");
  must(store().index_items(10));
  const auto reader = must(Store::open(path(), {.read_only = true}));
  EXPECT_THAT(must(reader->search_items({.words = {"alpha"}})).hits, SizeIs(1));
  EXPECT_THAT(must(reader->search_items({.words = {"alph*"}})).hits, SizeIs(1));
}

TEST_F(ItemSearch, FindsTheSameBeforeAndAfterMerging) {
  constexpr int batches = 40;
  for (int i = 0; i < batches; ++i) {
    insert_titled(std::to_string(i), "Flood");
    must(store().index_items(1));
  }
  const auto before = segments();
  EXPECT_THAT(search("flood"), SizeIs(batches));
  int steps = 0;
  while (steps < batches && must(store().merge_index())) ++steps;
  EXPECT_GT(steps, 0);
  EXPECT_LT(segments(), before);
  EXPECT_THAT(search("flood"), SizeIs(batches));
  EXPECT_THAT(must(store().check()), IsEmpty());
}

}  // namespace
}  // namespace tocsin::store
