// SPDX-License-Identifier: Apache-2.0
#include "pipeline/alert_builder.hpp"

#include <gtest/gtest.h>

#include "base/url.hpp"
#include "pipeline/feed_notice.hpp"
#include "support/topics.hpp"

namespace tocsin::pipeline {
namespace {

/// An item of one field each, matched by a topic on "flood".
class AlertBuilder : public ::testing::Test {
 protected:
  alert::Alert build() {
    matches_ = rules_->match(fields_of(item_, "", "", "Courier"));
    EXPECT_EQ(matches_.size(), 1U);
    return build_alert({.feed = feed_,
                        .item = item_,
                        .match = matches_.front(),
                        .place = place_,
                        .fetched = Time{},
                        .matched = Time{}},
                       {.severity = 3});
  }

  std::shared_ptr<const topics::RuleSet> rules_ =
      test::rules_of({test::topic_on("floods", "flood")});
  std::vector<topics::Match> matches_;
  FeedInfo feed_{.key = "courier",
                 .title = "Courier",
                 .url = "https://courier.example/feed",
                 .kind = "paper",
                 .topics = {}};
  StoryPlace place_{.placement = {.story_id = "abc"}, .similar = {}, .why = "first: alone"};
  store::ItemRow item_;
};

TEST_F(AlertBuilder, KeepsOffsetsIntoTheTitle) {
  item_.title = "Great flood in the north";
  const auto alert = build();
  ASSERT_EQ(alert.match.evidence.size(), 1U);
  EXPECT_EQ(alert.match.evidence[0].field, "title");
  EXPECT_EQ(alert.item.title.substr(alert.match.evidence[0].start, 5), "flood");
}

TEST_F(AlertBuilder, SendsOfTheContentOnlyTheSentencesWithEvidence) {
  item_.title = "Report";
  item_.content = "It rained. The flood came at night. People slept.";
  const auto alert = build();
  EXPECT_EQ(alert.item.content, "The flood came at night.");
  ASSERT_EQ(alert.match.evidence.size(), 1U);
  EXPECT_EQ(alert.item.content.substr(alert.match.evidence[0].start, 5), "flood");
  EXPECT_EQ(alert.item.cut, std::vector<std::string>{"content"});
}

TEST_F(AlertBuilder, CutsTheSummaryAtTwoKibibytes) {
  item_.title = "Great flood";
  item_.summary = std::string(5000, 'x');
  const auto alert = build();
  EXPECT_EQ(alert.item.summary.size(), 2048U);
  EXPECT_EQ(alert.item.cut, std::vector<std::string>{"summary"});
}

TEST_F(AlertBuilder, TellsOfTheFeedWhatOperatorAlertsTellAndNoSecret) {
  item_.title = "Great flood";
  for (const char* key : {"https://ann:pw@courier.example/rss?key=s3cret", "courier",
                          "https://Courier.example/rss#top"}) {
    feed_.key = key;
    feed_.title = feed_.url = "https://ann:pw@courier.example/rss?key=s3cret";
    const auto source = build().source;
    EXPECT_EQ(source.feed_id, without_secrets(key));
    EXPECT_EQ(source.url, without_secrets(feed_.url));
    EXPECT_EQ(source.name, source.url);
    const auto told = operator_alert({.kind = "feed.gap"}, &feed_, Time{});
    EXPECT_EQ(told.source.feed_id, source.feed_id);
    EXPECT_EQ(told.source.url, source.url);
    EXPECT_EQ(told.source.name, source.name);
    EXPECT_EQ(told.subject, source.feed_id);
  }
}

TEST_F(AlertBuilder, GivesTheSameIdForTheSameItemTopicAndRevision) {
  item_.title = "Great flood";
  const auto once = build();
  EXPECT_EQ(once.id, build().id);
  EXPECT_EQ(once.first_id, once.id);
  EXPECT_NE(once.id, alert_id(item_, "floods", 2));
}

}  // namespace
}  // namespace tocsin::pipeline
