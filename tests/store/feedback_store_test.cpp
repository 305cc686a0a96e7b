// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using test::must;
using test::noon;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Feedback said(const std::string& topic, const std::string& verdict) {
  return {.topic = topic,
          .verdict = verdict,
          .reason = "a river",
          .author = "ed",
          .given_at = noon,
          .alert_id = "a1",
          .rule_version = 3,
          .rule_digest = "d",
          .feed_key = "wire",
          .identity = "i",
          .title = "T",
          .summary = "S",
          .content = "C",
          .item_author = "A",
          .category = "K",
          .source = "Wire",
          .language = "en",
          .link = "https://a.example/"};
}

class FeedbackStore : public test::StoreTest {
 protected:
  std::int64_t add(const Feedback& one) {
    auto transaction = must(store().begin());
    const auto number = must(transaction.add_feedback(one));
    must(transaction.commit());
    return number;
  }
};

TEST_F(FeedbackStore, GivesBackWhatWasSaidAfterARestart) {
  Feedback one = said("fires", "bad");
  one.id = add(one);
  reopen();
  EXPECT_THAT(must(store().feedback("fires")), ElementsAre(one));
}

TEST_F(FeedbackStore, TellsOneTopicOrAllInTheOrderTheyWereSaid) {
  add(said("fires", "bad"));
  add(said("floods", "good"));
  EXPECT_THAT(must(store().feedback("floods")), SizeIs(1));
  const auto all = must(store().feedback(""));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_LT(all[0].id, all[1].id);
  EXPECT_THAT(must(store().feedback("quakes")), IsEmpty());
}

TEST_F(FeedbackStore, IsLeftAloneByRetention) {
  add(said("fires", "bad"));
  must(store().prune(noon + std::chrono::hours{24 * 3650}, {}, 1000));
  EXPECT_THAT(must(store().feedback("")), SizeIs(1));
}

TEST_F(FeedbackStore, FindsItemsByIdentityInEveryFeed) {
  auto transaction = must(store().begin());
  must(transaction.insert_item(test::sample_item("ecb", "x")));
  must(transaction.insert_item(test::sample_item("fed", "x")));
  must(transaction.insert_item(test::sample_item("fed", "y")));
  must(transaction.commit());
  const auto found = must(store().items_by_identity("x"));
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].feed_key, "ecb");
  EXPECT_EQ(found[1].feed_key, "fed");
}

}  // namespace
}  // namespace tocsin::store
