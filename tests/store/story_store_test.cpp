// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoryStore : public test::StoreTest {
 protected:
  static StoryRow story(const std::string& id, Time last_seen) {
    return {.id = id,
            .title = "T",
            .first_item = 1,
            .first_seen = noon,
            .last_seen = last_seen,
            .items = 1,
            .outlets = 1,
            .independent_sources = 1,
            .closed = {},
            .merged_into = {}};
  }

  static StoryMember member(ItemId item, const std::string& story) {
    return {.item_id = item,
            .story_id = story,
            .outlet = "courier.example",
            .published = noon - 1h,
            .seen = noon,
            .source = 2,
            .status = "duplicate",
            .joined = "copy",
            .similarity = 0.75,
            .distance = 3,
            .like = 7,
            .shared = {"velden", "bridge"},
            .agency = "ap",
            .new_names = {"marner"},
            .features = std::string("\0\x01\xff\0x", 5)};
  }

  std::vector<ItemId> open_items(Time since) {
    std::vector<ItemId> items;
    must(store().visit_open_story_members(
        since, [&items](const StoryMember& one) { items.push_back(one.item_id); }));
    return items;
  }
};

TEST_F(StoryStore, GivesBackAMemberByteForByte) {
  auto transaction = must(store().begin());
  must(transaction.put_story(story("s1", noon)));
  must(transaction.add_story_member(member(5, "s1")));
  must(transaction.commit());
  reopen();
  const auto read = must(store().story_member(5));
  ASSERT_TRUE(read);
  const StoryMember told = member(5, "s1");
  EXPECT_EQ(read->features, told.features);
  EXPECT_EQ(read->shared, told.shared);
  EXPECT_EQ(read->new_names, told.new_names);
  EXPECT_EQ(read->similarity, 0.75);
  EXPECT_EQ(read->distance, 3);
  EXPECT_EQ(read->like, 7);
  EXPECT_EQ(read->published, noon - 1h);
  EXPECT_FALSE(must(store().story_member(6)));
}

TEST_F(StoryStore, VisitsTheMembersOfOpenStoriesAsTheyWerePlaced) {
  auto transaction = must(store().begin());
  must(transaction.put_story(story("old", noon - 100h)));
  must(transaction.put_story(story("full", noon)));
  must(transaction.put_story(story("open", noon)));
  must(transaction.add_story_member(member(9, "open")));
  must(transaction.add_story_member(member(1, "old")));
  must(transaction.add_story_member(member(2, "full")));
  must(transaction.add_story_member(member(3, "open")));
  must(transaction.close_story("full", noon));
  must(transaction.commit());
  EXPECT_THAT(open_items(noon - 72h), ElementsAre(9, 3));
}

TEST_F(StoryStore, MovesAMemberAndItsItemTogether) {
  const auto item = insert(test::sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  must(transaction.add_story_member(member(item, "s1")));
  auto moved = *must(store().story_member(item));
  moved.story_id = "s2";
  moved.joined = "by-hand";
  moved.source = 0;
  must(transaction.update_story_member(moved));
  must(transaction.add_story_change({.kind = "split",
                                     .story_id = "s1",
                                     .into = "s2",
                                     .items = {std::to_string(item)},
                                     .author = "desk",
                                     .reason = "another event",
                                     .changed = noon}));
  must(transaction.commit());
  reopen();
  EXPECT_EQ(must(store().find_item(item))->story_id, "s2");
  EXPECT_THAT(must(store().story_members("s1")), IsEmpty());
  ASSERT_THAT(must(store().story_members("s2")), SizeIs(1));
  EXPECT_EQ(must(store().story_members("s2"))[0].features, moved.features);
  ASSERT_THAT(must(store().story_changes("s1")), SizeIs(1));
  EXPECT_EQ(must(store().story_changes("s2"))[0].reason, "another event");
}

TEST_F(StoryStore, RemembersSinceWhenACorrelationHolds) {
  auto transaction = must(store().begin());
  must(transaction.put_story(story("s1", noon)));
  must(transaction.put_story_topic({.story_id = "s1",
                                    .topic = "fires",
                                    .severity = 2,
                                    .first_alert_id = "a1",
                                    .revision = 2,
                                    .last_sent = noon,
                                    .corroborated = noon - 5min}));
  must(transaction.commit());
  EXPECT_EQ(must(store().story_topics("s1")).at(0).corroborated, noon - 5min);
}

TEST_F(StoryStore, PrunesMembersWithTheirStory) {
  auto transaction = must(store().begin());
  must(transaction.put_story(story("s1", noon)));
  must(transaction.add_story_member(member(5, "s1")));
  must(transaction.commit());
  must(store().prune(noon + 24h * 400, RetentionOptions{}, 100));
  EXPECT_FALSE(must(store().story_member(5)));
}

}  // namespace
}  // namespace tocsin::store
