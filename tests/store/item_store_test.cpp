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
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ItemStore : public test::StoreTest {
 protected:
  void touch(const std::string& feed, const std::string& identity, Time when) {
    auto transaction = must(store().begin());
    must(transaction.touch_items_seen(feed, {identity}, when));
    must(transaction.commit());
  }
};

TEST_F(ItemStore, GivesBackEveryField) {
  auto item = sample_item("ecb", "i1");
  item.updated = noon + 1s;
  item.published_quality = alert::DateQuality::future;
  item.late = true;
  item.baseline = true;
  item.revision = 3;
  const auto id = insert(item);
  const auto found = must(store().find_item(id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id);
  EXPECT_EQ(found->feed_key, item.feed_key);
  EXPECT_EQ(found->identity, item.identity);
  EXPECT_EQ(found->guid, item.guid);
  EXPECT_EQ(found->link, item.link);
  EXPECT_EQ(found->canonical_link, item.canonical_link);
  EXPECT_EQ(found->text_digest, item.text_digest);
  EXPECT_EQ(found->title, item.title);
  EXPECT_EQ(found->summary, item.summary);
  EXPECT_EQ(found->content, item.content);
  EXPECT_EQ(found->language, item.language);
  EXPECT_EQ(found->authors, item.authors);
  EXPECT_EQ(found->categories, item.categories);
  EXPECT_EQ(found->published, item.published);
  EXPECT_EQ(found->updated, item.updated);
  EXPECT_EQ(found->published_quality, item.published_quality);
  EXPECT_EQ(found->first_seen, item.first_seen);
  EXPECT_EQ(found->last_seen, item.last_seen);
  EXPECT_EQ(found->late, item.late);
  EXPECT_EQ(found->baseline, item.baseline);
  EXPECT_EQ(found->revision, item.revision);
  EXPECT_EQ(found->story_id, item.story_id);
  EXPECT_EQ(found->story_signature, item.story_signature);
}

TEST_F(ItemStore, FindsAnItemByFeedAndIdentity) {
  const auto id = insert(sample_item("ecb", "i1"));
  insert(sample_item("bbc", "i1"));
  const auto found = must(store().find_item("ecb", "i1"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, id);
}

TEST_F(ItemStore, RefusesASecondItemOfOneIdentityInAFeed) {
  insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  const auto again = transaction.insert_item(sample_item("ecb", "i1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::busy);
}

TEST_F(ItemStore, KnowsAnItemAgainAfterARestart) {
  const auto id = insert(sample_item("ecb", "i1"));
  reopen();
  const auto known = must(store().known_item("ecb", "i1"));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->item_id, id);
  EXPECT_EQ(known->text_digest, "digest-i1");
  EXPECT_FALSE(must(store().known_item("bbc", "i1")));
}

TEST_F(ItemStore, NotesARevision) {
  auto item = sample_item("ecb", "i1");
  item.id = insert(item);
  item.title = "Corrected";
  item.text_digest = "digest-2";
  item.revision = 2;
  auto transaction = must(store().begin());
  must(transaction.update_item(item));
  must(transaction.commit());
  EXPECT_EQ(must(store().find_item(item.id))->title, "Corrected");
  const auto known = must(store().known_item("ecb", "i1"));
  EXPECT_EQ(known->revision, 2);
  EXPECT_EQ(known->text_digest, "digest-2");
}

TEST_F(ItemStore, RefusesToUpdateAnItemThatIsNotThere) {
  auto item = sample_item("ecb", "i1");
  item.id = 77;
  auto transaction = must(store().begin());
  const auto updated = transaction.update_item(item);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().code, Errc::not_found);
}

TEST_F(ItemStore, NotesASightingAnHourLater) {
  insert(sample_item("ecb", "i1"));
  touch("ecb", "i1", noon + 1h);
  EXPECT_EQ(must(store().known_item("ecb", "i1"))->last_seen, noon + 1h);
}

TEST_F(ItemStore, SparesTheDiskASightingWithinTheHour) {
  insert(sample_item("ecb", "i1"));
  touch("ecb", "i1", noon + 59min);
  EXPECT_EQ(must(store().known_item("ecb", "i1"))->last_seen, noon);
}

TEST_F(ItemStore, FindsCopiesOfALinkInOtherFeedsSinceATime) {
  auto item = sample_item("ecb", "i1");
  item.canonical_link = "https://x.example/a";
  item.first_seen = noon - 3h;
  insert(item);
  item.feed_key = "bbc";
  item.first_seen = noon;
  insert(item);
  const auto found = must(store().items_by_link("https://x.example/a", noon - 1h));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front().feed_key, "bbc");
}

TEST_F(ItemStore, FindsNoCopiesOfAnItemWithoutLink) {
  auto item = sample_item("ecb", "i1");
  item.canonical_link.clear();
  insert(item);
  EXPECT_THAT(must(store().items_by_link("", noon - 1h)), IsEmpty());
}

TEST_F(ItemStore, PagesThroughItemsByNumber) {
  insert(sample_item("ecb", "i1"));
  const auto second = insert(sample_item("ecb", "i2"));
  insert(sample_item("ecb", "i3"));
  const auto page = must(store().items_since(noon, 1, second));
  ASSERT_THAT(page, SizeIs(1));
  EXPECT_EQ(page.front().identity, "i3");
}

TEST_F(ItemStore, KeepsOneMatchPerTopicAndRevision) {
  const auto item = insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  MatchRow match{.item_id = item,
                 .item_revision = 1,
                 .topic = "b",
                 .rule_version = 3,
                 .score = 2.5,
                 .threshold = 2,
                 .fired = true,
                 .outcome = "sent",
                 .matched_at = noon};
  must(transaction.add_match(match));
  match.topic = "a";
  match.fired = false;
  match.outcome.clear();
  must(transaction.add_match(match));
  match.score = 1.5;
  must(transaction.add_match(match));
  must(transaction.commit());
  const auto matches = must(store().matches_of(item));
  ASSERT_THAT(matches, SizeIs(2));
  EXPECT_EQ(matches[0].topic, "a");
  EXPECT_EQ(matches[0].score, 1.5);
  EXPECT_FALSE(matches[0].fired);
  EXPECT_EQ(matches[1].outcome, "sent");
  EXPECT_EQ(matches[1].rule_version, 3);
}

TEST_F(ItemStore, MovesAnItemToAStory) {
  const auto item = insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  must(transaction.set_item_story(item, "other", 5));
  must(transaction.commit());
  EXPECT_EQ(must(store().find_item(item))->story_id, "other");
  EXPECT_EQ(must(store().find_item(item))->story_signature, 5U);
}

TEST_F(ItemStore, RemembersWhatAStoryHasSentOnEachTopic) {
  auto transaction = must(store().begin());
  must(transaction.put_story({.id = "s1",
                              .title = "T",
                              .first_item = 1,
                              .first_seen = noon,
                              .last_seen = noon + 1h,
                              .items = 4,
                              .outlets = 3,
                              .independent_sources = 2}));
  must(transaction.put_story_topic({.story_id = "s1",
                                    .topic = "fighters",
                                    .severity = 3,
                                    .first_alert_id = "a1",
                                    .revision = 1,
                                    .last_sent = noon}));
  must(transaction.put_story_topic({.story_id = "s1",
                                    .topic = "fighters",
                                    .severity = 3,
                                    .first_alert_id = "a1",
                                    .revision = 2,
                                    .last_sent = noon + 1h}));
  must(transaction.commit());
  reopen();
  const auto story = must(store().story("s1"));
  ASSERT_TRUE(story);
  EXPECT_EQ(story->independent_sources, 2);
  const auto topics = must(store().recent_story_topics(noon));
  ASSERT_THAT(topics, SizeIs(1));
  EXPECT_EQ(topics.front().revision, 2);
  EXPECT_EQ(topics.front().last_sent, noon + 1h);
  EXPECT_THAT(must(store().recent_story_topics(noon + 2h)), IsEmpty());
  EXPECT_THAT(must(store().stories_since(noon, 10)), SizeIs(1));
}

}  // namespace
}  // namespace tocsin::store
