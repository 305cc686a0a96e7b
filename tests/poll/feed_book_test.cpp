// SPDX-License-Identifier: Apache-2.0
#include "poll/feed_book.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

constexpr Time noon{12h};

FeedState full_state() {
  return FeedState{.key = "ecb",
                   .listed_url = "http://ecb.example/before",
                   .current_url = "https://ecb.example/rss",
                   .etag = std::string{"\"a\0b\"", 5},
                   .last_modified = "Fri, 28 Apr 2017 19:05:00 GMT",
                   .last_polled = noon,
                   .last_success = noon - 1h,
                   .last_new = noon - 2h,
                   .last_full_fetch = noon - 3h,
                   .next_poll = noon + 15min,
                   .moved_since = Time{},
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
                   .ttl = 1h,
                   .skip_hours = 0x800001,
                   .skip_days = 0x41,
                   .active_hours = {1, 0, 255, 16}};
}

TEST(FeedRecord, GivesBackEveryFieldThatThePollerNeeds) {
  const FeedState wanted = full_state();
  const FeedState state = FeedRecord{"https://ecb.example/", "ECB", wanted}.state();
  EXPECT_EQ(state, wanted);
  EXPECT_EQ(state.moved_since, Time{}) << "the epoch is a time too";
}

TEST(FeedRecord, KnowsNoTimesOfANewFeed) {
  FeedState fresh;
  fresh.key = "a";
  const FeedState state = FeedRecord{"https://a.example/", "", fresh}.state();
  EXPECT_EQ(state.last_polled, std::nullopt);
  EXPECT_EQ(state.next_poll, std::nullopt);
  EXPECT_EQ(state.moved_since, std::nullopt);
}

TEST(FeedRecord, KeepsAUrlThatIsTheKeyOnce) {
  FeedState state;
  state.key = "https://a.example/a-rather-long-path-to-the-feed.xml";
  const FeedRecord same{state.key, "A", state};
  const FeedRecord other{"https://b.example/a-rather-long-path-to-the-feed.xml", "A", state};
  EXPECT_EQ(same.url(), state.key);
  EXPECT_EQ(same.title(), "A");
  EXPECT_EQ(same.bytes() + state.key.size(), other.bytes());
}

TEST(FeedRecord, KeepsAUrlThatItsStateIsOfOnce) {
  FeedState state;
  state.key = "a";
  const std::string url = "https://a.example/a-rather-long-path-to-the-feed.xml";
  const FeedRecord never_polled{url, "A", state};
  EXPECT_EQ(never_polled.state().listed_url, "");
  state.listed_url = url;
  const FeedRecord polled{url, "A", state};
  EXPECT_EQ(polled.state().listed_url, url);
  EXPECT_EQ(polled.bytes(), never_polled.bytes());
}

TEST(FeedRecord, KnowsTheUrlItsStateIsOfAlsoWhenTheListSaysAnother) {
  FeedState state;
  state.key = "https://a.example/";
  state.listed_url = state.key;
  EXPECT_EQ((FeedRecord{"", "", state}.state().listed_url), state.key);
  const FeedRecord changed{"https://b.example/", "", state};
  EXPECT_EQ(changed.url(), "https://b.example/");
  EXPECT_EQ(changed.state().listed_url, state.key);
}

FeedSpec spec(const std::string& key, const std::string& title = "") {
  return {.key = key, .url = "https://" + key + ".example/", .title = title};
}

TEST(FeedBook, FindsFeedsByTheirKeys) {
  FeedBook feeds;
  const FeedNumber a = feeds.list(spec("a", "A"));
  const FeedNumber b = feeds.list(spec("b"));
  EXPECT_EQ(feeds.find("a"), a);
  EXPECT_EQ(feeds.find("b"), b);
  EXPECT_EQ(feeds.find("c"), std::nullopt);
  EXPECT_EQ(feeds.spec(a).title, "A");
  EXPECT_EQ(feeds.spec(a).url, "https://a.example/");
}

TEST(FeedBook, FindsThemAlsoAfterItWasMoved) {
  FeedBook first;
  for (int i = 0; i < 100; ++i) first.list(spec(std::to_string(i)));
  FeedBook second;
  second.list(spec("other"));
  second = std::move(first);
  EXPECT_TRUE(second.find("42").has_value());
  EXPECT_EQ(second.find("other"), std::nullopt);
  second.list(spec("one more"));
  EXPECT_EQ(second.listed(), 101U);
}

TEST(FeedBook, ListsAFeedThatTheStoreKnowsUnderItsNumber) {
  FeedBook feeds;
  const FeedNumber known = feeds.remember(full_state());
  EXPECT_FALSE(feeds.is_listed(known));
  EXPECT_EQ(feeds.list(spec("ecb", "ECB")), known);
  EXPECT_EQ(feeds.state(known).polls, full_state().polls);
  EXPECT_EQ(feeds.spec(known).title, "ECB");
}

TEST(FeedBook, KeepsAFeedThatIsNoLongerListed) {
  FeedBook feeds;
  const FeedNumber a = feeds.list(spec("a"));
  feeds.unlist(a);
  EXPECT_EQ(feeds.listed(), 0U);
  EXPECT_EQ(feeds.list(spec("a")), a);
  EXPECT_EQ(feeds.listed(), 1U);
}

TEST(FeedBook, CountsListedFeedsThatFailOrAreStopped) {
  FeedBook feeds;
  FeedState state = full_state();
  feeds.remember(state);
  EXPECT_EQ(feeds.failing(), 0U) << "it is not listed";
  const FeedNumber ecb = feeds.list(spec("ecb"));
  EXPECT_EQ(feeds.failing(), 1U);
  EXPECT_EQ(feeds.stopped(), 1U);
  state.failures = 0;
  feeds.set_state(ecb, state);
  EXPECT_EQ(feeds.failing(), 0U);
  feeds.unlist(ecb);
  EXPECT_EQ(feeds.stopped(), 0U);
}

TEST(FeedBook, SharesOptionsBetweenFeeds) {
  FeedBook feeds;
  FeedOptions options;
  options.kind = "agency";
  FeedSpec with = spec("a");
  with.options = std::make_shared<const FeedOptions>(options);
  const FeedNumber a = feeds.list(with);
  with.key = "b";
  EXPECT_EQ(&feeds.options(feeds.list(with)), &feeds.options(a));
}

}  // namespace
}  // namespace tocsin::poll
