// SPDX-License-Identifier: Apache-2.0
#include "topics/shortfall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string fires =
    "[terms]\n\"fire\" = 100\n\"quay\" = 40\n\"smoke\" = 20\n\"drill\" = -50\n";

struct Found {
  Match match;
  Shortfall shortfall;
};

Found found_in(const RuleSet& rules, const ItemFields& item) {
  Found found;
  found.match.topic = &rules.topics().front();
  for (Match& match : rules.explain(item)) found.match = std::move(match);
  found.shortfall = shortfall_of(found.match, item);
  return found;
}

std::vector<std::string> names(const std::vector<AbsentTerm>& terms) {
  std::vector<std::string> names;
  for (const AbsentTerm& term : terms) names.push_back(term.term);
  return names;
}

TEST(Shortfall, AddsTheTermsUpToTheScore) {
  const auto rules = rules_with(fires);
  const ItemFields item = item_of("A fire drill", {}, "Fire and smoke at the quay. A drill.");
  const Found found = found_in(*rules, item);
  double sum = 0;
  for (const TermPart& part : found.shortfall.terms) sum += part.contribution;
  EXPECT_DOUBLE_EQ(sum, found.match.score);
  EXPECT_DOUBLE_EQ(found.shortfall.score_with_groups, found.match.score);
  EXPECT_EQ(found.shortfall.terms.front().term, "fire");
  EXPECT_EQ(found.shortfall.terms.front().frequency, 3);
  EXPECT_EQ(found.shortfall.terms.back().term, "drill");
}

TEST(Shortfall, NamesTheFewestTermsThatWouldSuffice) {
  auto topic = topic_of(file_with(fires));
  topic.threshold = 0.5;
  const auto rules = rules_of({topic});
  const ItemFields item = item_of({}, {}, "Smoke.");
  const Found found = found_in(*rules, item);
  EXPECT_THAT(names(found.shortfall.absent), ElementsAre("fire", "quay"));
  EXPECT_THAT(names(found.shortfall.sufficient), ElementsAre("fire"));
  EXPECT_TRUE(rules->explain(item_of({}, {}, "Smoke. Fire.")).front().fired);
}

TEST(Shortfall, NeedsNothingWhereTheScoreSuffices) {
  const auto rules = rules_with(fires);
  EXPECT_THAT(found_in(*rules, item_of("fire")).shortfall.sufficient, IsEmpty());
}

TEST(Shortfall, SaysWhenNothingWouldSuffice) {
  auto topic = topic_of(file_with(fires));
  topic.threshold = 50;
  const auto rules = rules_of({topic});
  const Found found = found_in(*rules, item_of("fire"));
  EXPECT_FALSE(found.shortfall.is_within_reach);
  EXPECT_THAT(found.shortfall.sufficient, IsEmpty());
}

TEST(Shortfall, TellsTheScoreThatADroppedGroupHides) {
  const auto rules = rules_with(
      fires + "[rule]\nrequire = [{ any = [\"quay\", \"pier\"], otherwise = \"drop\" }]\n");
  const Found found = found_in(*rules, item_of("fire"));
  EXPECT_EQ(found.match.score, 0);
  ASSERT_EQ(found.shortfall.groups.size(), 1U);
  EXPECT_THAT(found.shortfall.groups.front().any, ElementsAre("quay", "pier"));
  EXPECT_GT(found.shortfall.score_with_groups, 0);
  EXPECT_THAT(names(found.shortfall.sufficient), ElementsAre("quay"));
}

}  // namespace
}  // namespace tocsin::topics
