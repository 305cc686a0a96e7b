// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "store/rows.hpp"

namespace tocsin::store {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::noon;
using test::sample_item;

class FeedStore : public test::StoreTest {
 protected:
  void put(const FeedState& state) {
    auto transaction = must(store().begin());
    must(transaction.put_feed_state(state));
    must(transaction.commit());
  }
};

FeedState full_state() {
  return FeedState{.key = "ecb",
                   .listed_url = "https://ecb.example/",
                   .current_url = "https://ecb.example/rss",
                   .etag = "\"abc\"",
                   .last_modified = "Fri, 28 Apr 2017 19:05:00 GMT",
                   .last_polled = noon,
                   .last_success = noon - 1h,
                   .last_new = noon - 2h,
                   .last_full_fetch = noon - 3h,
                   .next_poll = noon + 15min,
                   .moved_since = noon - 24h,
                   .disabled_at = noon - 1min,
                   .moved_to = "https://new.example/rss",
                   .last_error = "timed out",
                   .disabled_reason = "gone",
                   .failures = 3,
                   .polls = 1000000000000,
                   .gaps = 2,
                   .interval = 900s,
                   .baselined = true,
                   .rhythm = 40min,
                   .rhythm_items = 17,
                   .ttl = 1h,
                   .skip_hours = 0x800001,
                   .skip_days = 0x41,
                   .active_hours = {1, 0, 255, 16},
                   .failing_since = noon - 6h,
                   .failing_told = noon - 4h,
                   .silent_told = noon - 5h,
                   .gap_told = noon - 7h,
                   .gaps_told = 1};
}

TEST_F(FeedStore, GivesBackEveryFieldAfterARestart) {
  put(full_state());
  reopen();
  const auto states = must(store().feed_states());
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states.front(), full_state());
}

TEST_F(FeedStore, KeepsATimeThatNeverWasApartFromTheEpoch) {
  FeedState state;
  state.key = "new";
  state.last_polled = Time{};
  put(state);
  const auto stored = must(store().feed_state("new"));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->last_polled, Time{});
  EXPECT_EQ(stored->last_success, std::nullopt);
}

TEST_F(FeedStore, ReplacesTheStateOfAKnownFeed) {
  put(full_state());
  auto later = full_state();
  later.etag = "\"def\"";
  put(later);
  const auto states = must(store().feed_states());
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states.front().etag, "\"def\"");
}

TEST_F(FeedStore, KnowsNothingOfAFeedThatWasNeverPolled) {
  EXPECT_FALSE(must(store().feed_state("unheard")));
}

TEST_F(FeedStore, KeepsTheItemsOfARemovedFeed) {
  put(full_state());
  const auto item = insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  must(transaction.remove_feed_state("ecb"));
  must(transaction.commit());
  EXPECT_TRUE(must(store().feed_states()).empty());
  EXPECT_TRUE(must(store().find_item(item)));
}

TEST_F(FeedStore, CarriesItemsAlongWhenAFeedIsRenamed) {
  put(full_state());
  insert(sample_item("ecb", "i1"));
  auto transaction = must(store().begin());
  must(transaction.rename_feed("ecb", "central-bank"));
  must(transaction.commit());
  EXPECT_TRUE(must(store().known_item("central-bank", "i1")));
  EXPECT_FALSE(must(store().known_item("ecb", "i1")));
}

TEST_F(FeedStore, RefusesToRenameAFeedItDoesNotKnow) {
  auto transaction = must(store().begin());
  const auto renamed = transaction.rename_feed("unheard", "other");
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code, Errc::not_found);
}

}  // namespace
}  // namespace tocsin::store
