// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_diff.hpp"

#include <gmock/gmock.h>

namespace tocsin::topics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Topic wolves() {
  Topic topic;
  topic.id = "wolves";
  topic.title = "Wolves";
  topic.threshold = 0.5;
  topic.aliases = {{"wolf", {"Wolf", "Wolves"}}};
  topic.terms = {{.text = "@wolf", .weight = 100, .provenance = "3 of 3 seeds"},
                 {.text = "sheep", .weight = 40, .provenance = ""}};
  topic.require = {{.any = {"@wolf"}, .otherwise = 0.5}};
  return topic;
}

TEST(TopicDiff, IsEmptyForTheSameTopic) {
  EXPECT_THAT(topic_diff(wolves(), wolves()), IsEmpty());
}

TEST(TopicDiff, LeavesOutVersionAndProvenance) {
  Topic later = wolves();
  later.version = 7;
  later.derived = Derivation{.from = "seeds", .digest = "00", .algorithm = 1};
  later.terms[0].provenance = "2 of 2 seeds";
  EXPECT_THAT(topic_diff(wolves(), later), IsEmpty());
}

TEST(TopicDiff, LeavesOutTheOrderOfTheTerms) {
  Topic later = wolves();
  std::swap(later.terms[0], later.terms[1]);
  EXPECT_THAT(topic_diff(wolves(), later), IsEmpty());
}

TEST(TopicDiff, NamesTermsAddedRemovedAndReweighed) {
  Topic later = wolves();
  later.terms[0].weight = 90;
  later.terms[1].text = "lambs";
  EXPECT_THAT(
      topic_diff(wolves(), later),
      ElementsAre(TopicChange{.what = "term", .name = "@wolf", .before = "100", .after = "90"},
                  TopicChange{.what = "term", .name = "sheep", .before = "40", .after = ""},
                  TopicChange{.what = "term", .name = "lambs", .before = "", .after = "40"}));
}

TEST(TopicDiff, NamesWhatATopicHasOnce) {
  Topic later = wolves();
  later.threshold = 0.25;
  later.require.clear();
  later.exclude = {"wolf of wall street"};
  EXPECT_THAT(topic_diff(wolves(), later),
              ElementsAre(TopicChange{.what = "threshold", .before = "0.5", .after = "0.25"},
                          TopicChange{.what = "require", .before = "any of @wolf, otherwise 0.5"},
                          TopicChange{.what = "exclude", .after = "wolf of wall street"}));
}

TEST(TopicDiff, ReadsAsALine) {
  EXPECT_EQ(to_text({.what = "threshold", .before = "0.5", .after = "0.25"}),
            "  threshold: 0.5 -> 0.25");
  EXPECT_EQ(to_text({.what = "term", .name = "sheep", .before = "40"}), "- term \"sheep\": 40");
  EXPECT_EQ(to_text({.what = "term", .name = "lambs", .after = "40"}), "+ term \"lambs\": 40");
}

}  // namespace
}  // namespace tocsin::topics
