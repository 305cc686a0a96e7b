// SPDX-License-Identifier: Apache-2.0
#include "pipeline/policy.hpp"

#include <gtest/gtest.h>

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Time now{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

store::ItemRow item_published(std::optional<Time> when) {
  store::ItemRow item;
  item.published = when;
  judge_date(item, now, {});
  return item;
}

TEST(JudgeDate, TakesAnItemWithoutDateAsPublishedWhenFirstSeen) {
  const auto item = item_published(std::nullopt);
  EXPECT_EQ(item.published, now);
  EXPECT_EQ(item.published_quality, alert::DateQuality::missing);
  EXPECT_FALSE(item.late);
}

TEST(JudgeDate, ClampsADateMoreThanADayAhead) {
  const auto item = item_published(now + 25h);
  EXPECT_EQ(item.published, now);
  EXPECT_EQ(item.published_quality, alert::DateQuality::future);
}

TEST(JudgeDate, LeavesADateALittleAheadAlone) {
  const auto item = item_published(now + 23h);
  EXPECT_EQ(item.published, now + 23h);
  EXPECT_EQ(item.published_quality, alert::DateQuality::ok);
}

TEST(JudgeDate, CallsLateWhatIsOlderThanTwoDays) {
  EXPECT_TRUE(item_published(now - 49h).late);
  EXPECT_FALSE(item_published(now - 47h).late);
}

TEST(Decide, KeepsTheFirstSightOfAFeedSilent) {
  auto item = item_published(now);
  item.baseline = true;
  EXPECT_EQ(decide(item, std::nullopt, now, {}), Outcome::baseline);
}

TEST(Decide, KeepsLateItemsSilent) {
  EXPECT_EQ(decide(item_published(now - 60h), std::nullopt, now, {}), Outcome::late);
}

TEST(Decide, SendsAStorysFirstAlertAtOnce) {
  EXPECT_EQ(decide(item_published(now), std::nullopt, now, {}), Outcome::sent);
}

TEST(Decide, MergesWhatComesWithinTheUpdateInterval) {
  const store::StoryTopicRow before{
      .story_id = "s", .topic = "t", .first_alert_id = "a", .last_sent = now - 10min};
  EXPECT_EQ(decide(item_published(now), before, now, {.update_interval = 30min}), Outcome::merged);
  EXPECT_EQ(decide(item_published(now), before, now + 20min, {.update_interval = 30min}),
            Outcome::updated);
}

}  // namespace
}  // namespace tocsin::pipeline
