// SPDX-License-Identifier: Apache-2.0
#include "topics/rule_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The formula of docs/reference/topics.md for one term, without length (norm = k₁).
double part(double share, double frequency) {
  return share * frequency * 2.2 / (frequency + 1.2);
}

/// What was found where: "title:0-4".
std::vector<std::string> places(const Match& match) {
  std::vector<std::string> places;
  for (const Evidence& one : match.evidence) {
    places.push_back(std::string{to_string(one.field)} + ':' + std::to_string(one.begin) + '-' +
                     std::to_string(one.end));
  }
  return places;
}

Match only_match(const RuleSet& rules, const ItemFields& item) {
  const std::vector<Match> matches = rules.explain(item);
  EXPECT_THAT(matches, SizeIs(1));
  return matches.empty() ? Match{} : matches.front();
}

TEST(Match, ScoresByTheFormula) {
  const auto rules = rules_with("average_length = 10\n[terms]\nraid = 30\nplot = 10\n");
  const Match match = only_match(*rules, item_of("", "a raid and another raid"));
  const double norm = 1.2 * (0.25 + 0.75 * 5 / 10);
  EXPECT_DOUBLE_EQ(match.score, 0.75 * 2 * 2.2 / (2 + norm));
}

TEST(Match, AddsNothingForARepetitionWithoutSaturation) {
  const auto rules =
      rules_with("saturation = 0\naverage_length = 10\n[terms]\nraid = 30\nplot = 10\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "a raid and another raid")).score, 0.75);
}

TEST(Match, LeavesLengthOutWithoutAnAverage) {
  const auto rules = rules_with("[terms]\nraid = 30\nplot = 10\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "raid")).score, part(0.75, 1));
}

TEST(Match, CountsTheTitleTwice) {
  const auto rules = rules_with("average_length = 4\n[terms]\nraid = 1\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("Raid today")).score, part(1, 2));
}

TEST(Match, PullsDownByNegativeWeights) {
  const auto rules = rules_with("[terms]\nring = 2\nboxing = -1\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "boxing ring")).score, part(1, 1) - part(0.5, 1));
}

TEST(Match, LooksAtTheFirst300WordsOnly) {
  const auto rules = rules_with("[terms]\nraid = 1\n");
  std::string filler;
  for (int i = 0; i < 298; ++i) filler += "word ";
  EXPECT_THAT(rules->match(item_of("Title", "", filler + "raid")), SizeIs(1));
  EXPECT_THAT(rules->match(item_of("Long title", "", filler + "raid")), IsEmpty());
}

TEST(Match, CountsASummaryTheContentRepeatsOnce) {
  const auto rules = rules_with("[terms]\nraid = 1\n");
  const Match match =
      only_match(*rules, item_of("", "Police raid a ho…", "Exclusive. Police raid a house today."));
  EXPECT_THAT(places(match), ElementsAre("content:18-22"));
}

TEST(Match, CountsASummaryOfItsOwn) {
  const auto rules = rules_with("[terms]\nraid = 1\n");
  const Match match = only_match(*rules, item_of("", "One raid.", "Police on a raid today."));
  EXPECT_THAT(places(match), ElementsAre("summary:4-8", "content:12-16"));
}

TEST(Match, LeadsEvidenceBackToBytesOfTheOriginal) {
  const auto rules = rules_with("[terms]\n\"foreign fighters\" = 1\n");
  const std::string title = "Thé “Foreign-Fighters” return";
  const Match match = only_match(*rules, item_of(title));
  ASSERT_THAT(match.evidence, SizeIs(1));
  EXPECT_EQ(title.substr(match.evidence[0].begin, match.evidence[0].end - match.evidence[0].begin),
            "Foreign-Fighters");
  EXPECT_EQ(match.evidence[0].term, "foreign fighters");
}

TEST(Match, SharesTheScoreOutOverTheEvidence) {
  const auto rules = rules_with(
      "[alias]\nx = [\"raid\", \"raids\"]\n[terms]\n\"@x\" = 3\nplot = 1\n"
      "[rule]\nrequire = [{ any = [\"absent\"], otherwise = 0.5 }]\n");
  const Match match = only_match(*rules, item_of("Raid and plot", "raids"));
  const double sum =
      std::accumulate(match.evidence.begin(), match.evidence.end(), 0.0,
                      [](double total, const Evidence& one) { return total + one.contribution; });
  EXPECT_THAT(places(match), ElementsAre("title:0-4", "title:9-13", "summary:0-5"));
  EXPECT_NEAR(sum, match.score, 1e-12);
  EXPECT_NEAR(match.evidence[0].contribution, 2 * match.evidence[2].contribution, 1e-12);
}

TEST(Match, CountsTheNamesOfAnAliasAsOneTerm) {
  const auto rules = rules_with("[alias]\nis = [\"ISIS\", \"Daesh\"]\n[terms]\n\"@is\" = 1\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "ISIS, or daesh")).score, part(1, 2));
}

TEST(Match, CountsOverlappingNamesOfAnAliasOnceByTheLongest) {
  const auto rules = rules_with(
      "[alias]\nis = [\"Islamic State\", \"Islamic State in Iraq\", \"Iraq\"]\n"
      "[terms]\n\"@is\" = 1\n");
  const Match match = only_match(*rules, item_of("", "islamic state in iraq"));
  EXPECT_THAT(places(match), ElementsAre("summary:0-21"));
  EXPECT_DOUBLE_EQ(match.score, part(1, 1));
}

TEST(Match, CountsAnOccurrenceForEachTermItBelongsTo) {
  const auto rules = rules_with("[terms]\n\"foreign fighters\" = 1\nfighters = 1\n");
  EXPECT_THAT(places(only_match(*rules, item_of("", "foreign fighters"))),
              ElementsAre("summary:0-16", "summary:8-16"));
}

TEST(Match, ComparesExactFormsWithTheirCase) {
  const auto rules = rules_with("[alias]\nis = [\"=IS\"]\n[terms]\n\"@is\" = 1\n");
  EXPECT_THAT(rules->match(item_of("", "He said IS took the town")), SizeIs(1));
  EXPECT_THAT(rules->match(item_of("", "He said this is a town")), IsEmpty());
}

TEST(Match, TakesNoAcronymFromALineOfCapitals) {
  const auto rules = rules_with("[terms]\n\"=IS\" = 1\n");
  EXPECT_THAT(rules->match(item_of("THIS IS A TOWN UNDER SIEGE")), IsEmpty());
}

TEST(Match, FindsAnExactFormBeforeAPossessive) {
  const auto rules = rules_with("[terms]\n\"=IS\" = 1\n");
  EXPECT_THAT(rules->match(item_of("", "It was IS's last town")), SizeIs(1));
}

TEST(Match, ExpandsAPrefixOnTheLastWord) {
  const auto rules = rules_with("[terms]\n\"foreign fighter*\" = 1\n");
  EXPECT_THAT(rules->match(item_of("", "two foreign fighters")), SizeIs(1));
  EXPECT_THAT(rules->match(item_of("", "foreign fight")), IsEmpty());
}

TEST(Match, MultipliesWhereARequiredGroupIsAbsent) {
  const auto rules = rules_with(
      "[terms]\nraid = 1\n[rule]\nrequire = [{ any = [\"isis\", \"daesh\"], otherwise = 0.25 }]\n");
  const Match match = only_match(*rules, item_of("", "raid"));
  EXPECT_DOUBLE_EQ(match.score, part(1, 1) * 0.25);
  EXPECT_THAT(match.missing, ElementsAre("isis or daesh"));
}

TEST(Match, IsSatisfiedByOneOfARequiredGroup) {
  const auto rules = rules_with(
      "[terms]\nraid = 1\n[rule]\nrequire = [{ any = [\"isis\", \"daesh\"], otherwise = 0.25 }]\n");
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "raid on Daesh")).score, part(1, 1));
}

TEST(Match, DropsWhereARequiredGroupSaysSo) {
  const auto rules = rules_with(
      "[terms]\nraid = 1\n[rule]\nrequire = [{ any = [\"isis\"], otherwise = \"drop\" }]\n");
  EXPECT_THAT(rules->match(item_of("", "raid")), IsEmpty());
  EXPECT_DOUBLE_EQ(only_match(*rules, item_of("", "raid")).score, 0);
}

TEST(Match, IsSilencedByAnExclusion) {
  const auto rules = rules_with("[terms]\nraid = 1\n[rule]\nexclude = [\"panty raid\"]\n");
  EXPECT_THAT(rules->match(item_of("", "a panty raid")), IsEmpty());
  EXPECT_THAT(only_match(*rules, item_of("", "a panty raid")).excluded_by,
              ElementsAre("panty raid"));
}

TEST(Match, IsSilencedWhereWhenDoesNotHold) {
  const auto rules = rules_with("[terms]\nraid = 1\n[rule]\nwhen = 'police'\n");
  EXPECT_TRUE(only_match(*rules, item_of("", "a raid")).gate_failed);
  EXPECT_THAT(rules->match(item_of("", "a raid")), IsEmpty());
  EXPECT_THAT(rules->match(item_of("", "a police raid")), SizeIs(1));
}

TEST(Match, StaysBelowItsThreshold) {
  Topic topic = topic_of(file_with("[terms]\nraid = 1\nplot = 9\n"));
  topic.threshold = 0.2;
  const auto rules = rules_of({topic});
  EXPECT_THAT(rules->match(item_of("", "raid")), IsEmpty());
  EXPECT_FALSE(only_match(*rules, item_of("", "raid")).fired);
  EXPECT_THAT(rules->match(item_of("", "plot")), SizeIs(1));
}

TEST(Match, FiresAlikeHoweverManyItemsCameBefore) {
  Topic topic = topic_of(file_with("[terms]\nraid = 1\nplot = 1\n"));
  topic.threshold = 0.9;
  const auto rules = rules_of({topic});
  for (int i = 0; i < 200; ++i) {
    EXPECT_THAT(rules->match(item_of("", "raid")), IsEmpty()) << i;
    EXPECT_THAT(rules->match(item_of("", "a raid and a plot")), SizeIs(1)) << i;
  }
}

TEST(Match, NeedsAsManyOfEqualTermsAsReachTheThreshold) {
  Topic topic =
      topic_of(file_with("saturation = 0\n[terms]\na1 = 1\na2 = 1\na3 = 1\na4 = 1\na5 = 1\na6 = 1\n"
                         "a7 = 1\na8 = 1\n"));
  topic.threshold = 0.5;
  const auto rules = rules_of({topic});
  EXPECT_THAT(rules->match(item_of("", "a1 a4 a8")), IsEmpty());
  EXPECT_THAT(rules->match(item_of("", "a1 a4 a8 a1 a4 a8")), IsEmpty());
  EXPECT_THAT(rules->match(item_of("", "a1 a4 a8 a2")), SizeIs(1));
}

TEST(Match, FiresOnOneFaintTermAmongManyWordsUnderATinyThreshold) {
  Topic topic = topic_of(file_with("average_length = 1\n[terms]\nraid = 1\nplot = 99\n"));
  std::string filler;
  for (int i = 0; i < 299; ++i) filler += "word ";
  for (const double threshold : {0.0, 1e-300, 1e-9, 8e-5}) {
    topic.threshold = threshold;
    EXPECT_THAT(rules_of({topic})->match(item_of("", filler + "raid")), SizeIs(1)) << threshold;
  }
  topic.threshold = 9e-5;
  EXPECT_THAT(rules_of({topic})->match(item_of("", filler + "raid")), IsEmpty());
}

TEST(Match, FindsAPhraseWhereverItsWordsStand) {
  const auto rules = rules_with(
      "[terms]\n\"islamic state\" = 1\n\"state police\" = 1\n\"the state police force\" = 1\n");
  EXPECT_THAT(places(only_match(*rules, item_of("State police", "Islamic state"))),
              ElementsAre("title:0-12", "summary:0-13"));
  EXPECT_THAT(places(only_match(*rules, item_of("", "the state police force"))),
              ElementsAre("summary:0-22", "summary:4-16"));
  EXPECT_THAT(rules->explain(item_of("police state", "islamic", "state")), IsEmpty());
}

TEST(Match, FindsPrefixesOfEveryLength) {
  const std::string longest = "donaudampfschifffahrtsgesellschaftskap";
  for (const std::string& prefix : {longest.substr(0, 2), longest.substr(0, 3),
                                    longest.substr(0, 4), longest.substr(0, 17), longest}) {
    const auto rules = rules_with("[terms]\n\"" + prefix + "*\" = 1\n\"donk*\" = 1\n");
    EXPECT_THAT(rules->match(item_of("", longest + "itän")), SizeIs(1)) << prefix;
    EXPECT_THAT(rules->match(item_of("", prefix.substr(0, prefix.size() - 1))), IsEmpty());
  }
}

TEST(Match, NeverFiresWithoutAScoreEvenUnderAThresholdOfZero) {
  Topic topic = topic_of(file_with("[terms]\nraid = 1\nboxing = -2\n"));
  topic.threshold = 0;
  const auto rules = rules_of({topic});
  EXPECT_THAT(rules->match(item_of("", "nothing")), IsEmpty());
  EXPECT_THAT(rules->match(item_of("", "raid boxing")), IsEmpty());
}

TEST(Match, LeavesItemsInOtherLanguagesAlone) {
  const auto rules = rules_with("languages = [\"en\"]\n[terms]\nraid = 1\n");
  ItemFields item = item_of("", "raid");
  item.language = "de-AT";
  EXPECT_THAT(rules->match(item), IsEmpty());
  EXPECT_TRUE(only_match(*rules, item).is_foreign_language);
  item.language = "EN-gb";
  EXPECT_THAT(rules->match(item), SizeIs(1));
  item.language = "";
  EXPECT_THAT(rules->match(item), SizeIs(1));
}

TEST(Match, NeverFiresForARetiredTopic) {
  const auto rules = rules_with("status = \"retired\"\n[terms]\nraid = 1\n");
  EXPECT_THAT(rules->match(item_of("", "raid")), IsEmpty());
  EXPECT_FALSE(only_match(*rules, item_of("", "raid")).fired);
}

TEST(Match, NamesTopicsInTheOrderOfTheirIds) {
  Topic a = topic_of(file_with("[terms]\nraid = 1\n"));
  Topic b = a;
  a.id = "zebra";
  b.id = "ant";
  const auto rules = rules_of({a, b});
  const std::vector<Match> matches = rules->match(item_of("raid"));
  ASSERT_THAT(matches, SizeIs(2));
  EXPECT_EQ(matches[0].topic->id, "ant");
  EXPECT_EQ(matches[1].topic->id, "zebra");
}

TEST(Compile, TellsTwoTopicsOfOneId) {
  const Topic topic = topic_of(file_with("[terms]\nraid = 1\n"));
  Diagnostics diagnostics;
  EXPECT_FALSE(RuleSet::compile({topic, topic}, diagnostics).has_value());
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_EQ(to_line(diagnostics[0]), "t.toml: error: topic 't': the id is also that of t.toml");
}

TEST(Compile, TellsATermThatNamesNoAlias) {
  Topic topic = topic_of(file_with("[terms]\nraid = 1\n"));
  topic.terms[0].text = "@nobody";
  Diagnostics diagnostics;
  EXPECT_FALSE(RuleSet::compile({topic}, diagnostics).has_value());
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_THAT(to_line(diagnostics[0]), HasSubstr("term '@nobody' names no alias"));
}

TEST(Compile, DigestsWhatTheTopicsHold) {
  const auto a = rules_with("[terms]\nraid = 1\n");
  const auto b = rules_with("[terms]\nraid = 2\n");
  EXPECT_EQ(a->digest(), rules_with("[terms]\nraid = 1\n")->digest());
  EXPECT_NE(a->digest(), b->digest());
}

}  // namespace
}  // namespace tocsin::topics
