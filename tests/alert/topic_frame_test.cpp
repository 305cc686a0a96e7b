// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "alert/codec.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::alert {
namespace {

TEST(TopicFrame, ClosesEveryLevelWithASlash) {
  EXPECT_EQ(topic_frame(test::sample_alert("returning-fighters")), "alert/returning-fighters/3/");
}

TEST(TopicFrame, KeepsExperimentalTopicsApart) {
  auto alert = test::sample_alert("draft");
  alert.is_experimental = true;
  EXPECT_EQ(topic_frame(alert), "lab/draft/3/");
}

TEST(TopicFrame, SendsOperatorAlertsUnderTheirKind) {
  EXPECT_EQ(topic_frame(test::sample_operator_alert()), "ops/feed.failing/6/");
}

TEST(TopicFrame, StaysWithinTwoHundredBytesForTheLongestName) {
  EXPECT_LE(topic_frame(test::sample_alert(std::string(100, 'a'))).size(), 200U);
}

TEST(TopicName, AcceptsLowerCaseDigitsDotsDashesAndUnderscores) {
  for (const auto* name : {"a", "0", "feed.failing", "worker-10", "a_b", "a."}) {
    EXPECT_TRUE(is_topic_name(name)) << name;
  }
}

TEST(TopicName, RefusesWhatCouldBreakAFrameOrAPath) {
  for (const auto* name : {"", ".a", "-a", "_a", "A", "a/b", "a b", "ä", "a\n", "..", "~head"}) {
    EXPECT_FALSE(is_topic_name(name)) << name;
  }
  EXPECT_FALSE(is_topic_name(std::string(101, 'a')));
}

TEST(Joined, PutsOneNewlineBetweenValues) {
  EXPECT_EQ(joined({"a", "b"}), "a\nb");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({}), "");
}

TEST(Joined, CountsEmptyValuesToo) {
  EXPECT_EQ(joined({"", "b", ""}), "\nb\n");
}

}  // namespace
}  // namespace tocsin::alert
