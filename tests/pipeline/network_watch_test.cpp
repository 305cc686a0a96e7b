// SPDX-License-Identifier: Apache-2.0
#include "pipeline/network_watch.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

/// Feeds polled one second apart; remembers the notices.
class NetworkWatchTest : public ::testing::Test {
 protected:
  void poll(int feed, bool answers) {
    store::FeedState& state = states_[feed];
    const store::FeedState before = state;
    state.failures = answers ? 0 : state.failures + 1;
    if (auto notice = watch_.saw(std::to_string(feed), before, state, now_)) {
      told_.push_back(std::move(*notice));
    }
    now_ += 1s;
  }

  /// Polls the feeds again and again; the first `failing` of them fail.
  void poll_all(int feeds, int failing, std::chrono::minutes span) {
    const Time until = now_ + span;
    while (now_ < until) {
      for (int feed = 0; feed < feeds; ++feed) poll(feed, feed >= failing);
      now_ += 1min;
    }
  }

  NetworkWatch watch_{NoticeOptions{}};
  std::map<int, store::FeedState> states_;
  std::vector<Notice> told_;
  Time now_ = noon;
};

TEST_F(NetworkWatchTest, TellsOnceWhenHalfOfManyFeedsFail) {
  poll_all(40, 0, 30min);
  poll_all(40, 20, 120min);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].kind, "daemon.network");
  EXPECT_EQ(told_[0].severity, NetworkWatch::severity_down);
  EXPECT_TRUE(told_[0].summary.starts_with("20 of the last 40 feeds polled fail"))
      << told_[0].summary;
  EXPECT_TRUE(watch_.holds(now_));
}

TEST_F(NetworkWatchTest, IsQuietWhenFewerThanHalfFail) {
  poll_all(40, 19, 120min);
  EXPECT_TRUE(told_.empty());
  EXPECT_FALSE(watch_.holds(now_));
}

TEST_F(NetworkWatchTest, IsQuietWhenFewerThanTenFeedsArePolled) {
  poll_all(9, 9, 120min);
  EXPECT_TRUE(told_.empty());
  EXPECT_FALSE(watch_.holds(now_));
}

TEST_F(NetworkWatchTest, IsQuietWhenItLastsLessThanFiveMinutes) {
  poll_all(40, 0, 30min);
  poll_all(40, 40, 4min);
  poll_all(40, 0, 30min);
  EXPECT_TRUE(told_.empty());
}

TEST_F(NetworkWatchTest, HoldsSingleFailuresAsSoonAsItSuspects) {
  poll_all(40, 0, 30min);
  EXPECT_FALSE(watch_.holds(now_));
  for (int feed = 0; feed < 40; ++feed) poll(feed, false);
  EXPECT_TRUE(watch_.holds(now_));
}

TEST_F(NetworkWatchTest, HoldsSingleFailuresUntilItHasSeenSomething) {
  poll(1, false);
  EXPECT_TRUE(watch_.holds(now_));
  EXPECT_FALSE(watch_.holds(now_ + 5min));
}

TEST_F(NetworkWatchTest, TellsWhenThreeFeedsAnswerAgain) {
  poll_all(40, 40, 30min);
  poll(1, true);
  poll(1, true);
  poll(2, true);
  ASSERT_EQ(told_.size(), 1U);
  poll(3, true);
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_[1].severity, 7);
  EXPECT_FALSE(watch_.holds(now_));
  EXPECT_EQ(watch_.back_at(), now_ - 1s);
}

TEST_F(NetworkWatchTest, BeginsAnewWhenTheClockIsSetBack) {
  poll_all(40, 40, 30min);
  for (int feed = 0; feed < 3; ++feed) poll(feed, true);
  now_ -= std::chrono::years{1};
  poll(1, true);
  EXPECT_TRUE(watch_.holds(now_));
  EXPECT_FALSE(watch_.holds(now_ + 5min));
  EXPECT_LE(watch_.back_at(), now_);
}

TEST_F(NetworkWatchTest, StaysDownWhenTheClockIsSetBack) {
  poll_all(40, 40, 30min);
  now_ -= std::chrono::years{1};
  poll(1, false);
  EXPECT_TRUE(watch_.holds(now_ + 1h));
  for (int feed = 0; feed < 3; ++feed) poll(feed, true);
  EXPECT_FALSE(watch_.holds(now_ + 1h));
}

TEST_F(NetworkWatchTest, TakesNoFeedForAWitnessWhoseFailureWasTold) {
  for (int feed = 0; feed < 30; ++feed) states_[feed].failing_told = noon;
  poll_all(40, 30, 120min);
  EXPECT_TRUE(told_.empty());
}

TEST_F(NetworkWatchTest, GoesOnWithWhatTheLogSays) {
  watch_.restore(noon - 1h);
  EXPECT_TRUE(watch_.holds(now_));
  poll_all(40, 40, 30min);
  EXPECT_TRUE(told_.empty());
  for (int feed = 0; feed < 3; ++feed) poll(feed, true);
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].severity, 7);
}

}  // namespace
}  // namespace tocsin::pipeline
