// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using test::sample_item;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto day = 24h;

using Prune = test::StoreTest;

TEST_F(Prune, LeavesATombstoneOfAnItem) {
  const auto id = insert(sample_item("ecb", "i1"));
  EXPECT_EQ(must(store().prune(noon + 91 * day, {}, 100)).items, 1);
  EXPECT_FALSE(must(store().find_item(id)));
  const auto known = must(store().known_item("ecb", "i1"));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->item_id, 0);
  EXPECT_EQ(known->text_digest, "digest-i1");
  EXPECT_EQ(must(store().sizes()).tombstones, 1);
}

TEST_F(Prune, TakesMatchesAndSearchWordsAlong) {
  const auto id = insert(sample_item("ecb", "i1"));
  must(store().index_items(10));
  auto transaction = must(store().begin());
  must(transaction.add_match({.item_id = id, .topic = "a", .outcome = ""}));
  must(transaction.commit());
  must(store().prune(noon + 91 * day, {}, 100));
  EXPECT_THAT(must(store().matches_of(id)), IsEmpty());
  EXPECT_THAT(must(store().search_items({.words = {"title"}})).hits, IsEmpty());
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(Prune, TakesAnItemThatTheSearchHasNotComeTo) {
  insert(sample_item("ecb", "i1"));
  must(store().prune(noon + 91 * day, {}, 100));
  EXPECT_EQ(must(store().index_items(10)), 0U);
  EXPECT_THAT(must(store().search_items({.words = {"title"}})).hits, IsEmpty());
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(Prune, SparesAnItemThatItsFeedStillLists) {
  const auto id = insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  must(transaction.touch_items_seen("ecb", {"i1"}, noon + 80 * day));
  must(transaction.commit());
  EXPECT_EQ(must(store().prune(noon + 91 * day, {}, 100)).items, 0);
  EXPECT_TRUE(must(store().find_item(id)));
}

TEST_F(Prune, TakesAnItemBackUnderItsTombstone) {
  insert(sample_item("ecb", "i1"));
  must(store().prune(noon + 91 * day, {}, 100));
  auto again = sample_item("ecb", "i1");
  again.last_seen = noon + 92 * day;
  EXPECT_TRUE(must(store().find_item(insert(again))));
}

TEST_F(Prune, RemovesTombstonesTwoYearsAfterTheLastSight) {
  insert(sample_item("ecb", "i1"));
  must(store().prune(noon + 91 * day, {}, 100));
  EXPECT_EQ(must(store().prune(noon + 729 * day, {}, 100)).tombstones, 0);
  EXPECT_EQ(must(store().prune(noon + 731 * day, {}, 100)).tombstones, 1);
  EXPECT_FALSE(must(store().known_item("ecb", "i1")));
}

TEST_F(Prune, RaisesTheFloorOfTheLog) {
  append("a", "1", noon);
  append("a", "2", noon + 10 * day);
  append("a", "3", noon + 20 * day);
  EXPECT_EQ(must(store().prune(noon + 735 * day, {}, 100)).alerts, 1);
  const auto bounds = must(store().log_bounds());
  EXPECT_EQ(bounds.floor, 2U);
  EXPECT_EQ(bounds.head, 3U);
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(Prune, LeavesThePlaceOfTheLastAlertOfAFrame) {
  append("a", "1", noon);
  append("a", "2", noon);
  append("b", "3", noon + 20 * day);
  EXPECT_TRUE(must(store().prune(noon + 735 * day, {}, 1)).more);
  EXPECT_EQ(must(store().prune(noon + 735 * day, {}, 1)).alerts, 1);
  reopen();
  EXPECT_EQ(append("a", "4", noon + 30 * day).prev, 2U);
  EXPECT_EQ(append("a", "5", noon + 30 * day).prev, 4U);
  EXPECT_EQ(append("b", "6", noon + 30 * day).prev, 3U);
  EXPECT_EQ(append("c", "7", noon + 30 * day).prev, 0U);
  EXPECT_THAT(must(store().check()), IsEmpty());
}

TEST_F(Prune, NeverLeavesAHoleWhenTheClockHadSteppedBack) {
  append("a", "1", noon + 100 * day);
  append("a", "2", noon);
  append("a", "3", noon + 100 * day);
  EXPECT_EQ(must(store().prune(noon + 735 * day, {}, 100)).alerts, 0);
  EXPECT_EQ(must(store().log_bounds()).floor, 1U);
}

TEST_F(Prune, DropsWhatIsParkedForAnAlertThatIsGone) {
  append("a", "1", noon);
  auto transaction = must(store().begin());
  must(transaction.park({.subscriber = "mail", .seq = 1, .reason = "421", .retry_at = noon}));
  must(transaction.commit());
  must(store().prune(noon + 735 * day, {}, 100));
  EXPECT_THAT(must(store().parked("mail")), IsEmpty());
}

TEST_F(Prune, WorksInSmallBatches) {
  for (const auto* identity : {"i1", "i2", "i3"}) insert(sample_item("ecb", identity));
  const auto first = must(store().prune(noon + 91 * day, {}, 2));
  EXPECT_EQ(first.items, 2);
  EXPECT_TRUE(first.more);
  const auto second = must(store().prune(noon + 91 * day, {}, 2));
  EXPECT_EQ(second.items, 1);
  EXPECT_FALSE(second.more);
}

TEST_F(Prune, ForgetsStoriesWithTheirItems) {
  auto transaction = must(store().begin());
  must(transaction.put_story({.id = "s1", .title = "T", .first_seen = noon, .last_seen = noon}));
  must(transaction.put_story_topic(
      {.story_id = "s1", .topic = "a", .first_alert_id = "1", .last_sent = noon}));
  must(transaction.commit());
  must(store().prune(noon + 91 * day, {}, 100));
  EXPECT_FALSE(must(store().story("s1")));
  EXPECT_THAT(must(store().story_topics("s1")), IsEmpty());
}

TEST_F(Prune, SaysThereIsMoreWhileStoriesAreLeft) {
  auto transaction = must(store().begin());
  for (const auto* id : {"s1", "s2", "s3"}) {
    must(transaction.put_story({.id = id, .first_seen = noon, .last_seen = noon}));
  }
  must(transaction.commit());
  const auto first = must(store().prune(noon + 91 * day, {}, 2));
  EXPECT_EQ(first.stories, 2);
  EXPECT_TRUE(first.more);
  EXPECT_FALSE(must(store().prune(noon + 91 * day, {}, 2)).more);
}

TEST_F(Prune, DropsWhatWasHeldAndToldAndKeepsWhatWaits) {
  const Held held{.frame = "alert/a/3/", .topic = "a", .held_at = noon, .due_at = noon};
  Held waiting = held;
  waiting.due_at = noon + 1000 * day;
  auto transaction = must(store().begin());
  must(transaction.hold(held));
  must(transaction.hold(waiting));
  must(transaction.release_held(must(store().held_groups(noon)).front(), "d1", 3, noon));
  must(transaction.commit());
  EXPECT_EQ(must(store().prune(noon + 89 * day, {}, 100)).held, 0);
  EXPECT_EQ(must(store().prune(noon + 91 * day, {}, 100)).held, 1);
  EXPECT_THAT(must(store().held("a")), SizeIs(1));
}

TEST_F(Prune, KeepsOldCountsTogetherAndNewOnesByDay) {
  auto transaction = must(store().begin());
  for (int n = 0; n < 3; ++n) {
    must(transaction.add_count({.when = noon + n * day, .topic = "a", .name = "matches.fired"}));
  }
  must(transaction.commit());
  must(store().add_up_counts(10));
  while (must(store().prune(noon + 732 * day, {}, 100)).more) {
  }
  EXPECT_EQ(must(store().counts()), (Counts{{"matches.fired", 3}}));
  const auto lines = must(store().audit(Time{}));
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_FALSE(lines[0].day);
  EXPECT_EQ(lines[0].counts, (Counts{{"matches.fired", 2}}));
  EXPECT_EQ(lines[1].day, std::chrono::floor<std::chrono::days>(noon + 2 * day));
}

TEST_F(Prune, ForgetsSilencesThatEndedLongAgo) {
  auto transaction = must(store().begin());
  must(transaction.add_silence({.scope = "topic", .name = "a", .expires_at = noon}));
  must(transaction.commit());
  must(store().prune(noon + 89 * day, {}, 100));
  EXPECT_THAT(must(store().silences(Time::min())), SizeIs(1));
  must(store().prune(noon + 91 * day, {}, 100));
  EXPECT_THAT(must(store().silences(Time::min())), IsEmpty());
}

}  // namespace
}  // namespace tocsin::store
