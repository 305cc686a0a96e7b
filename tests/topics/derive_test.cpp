// SPDX-License-Identifier: Apache-2.0
#include "topics/derive.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "topics/alias_mining.hpp"
#include "topics/derive_check.hpp"
#include "topics/derive_threshold.hpp"
#include "topics/seed_words.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// 400 items of ordinary news, in which each of the seeds' words stands here and there, and others.
Background ordinary_news(const std::vector<std::string>& others = {}) {
  const std::vector<std::string> words{"harvest", "election", "police", "storm",   "river",
                                       "bridge",  "minister", "vote",   "factory", "wolves"};
  std::vector<std::string> items;
  for (std::size_t i = 0; i < 400; ++i) {
    const auto word = [&](std::size_t step) {
      return words[(i * step + i / 10) % words.size()];
    };
    items.push_back(
        fmt::format("The {} and the {} near the {} on day {}.", word(1), word(3), word(7), i));
  }
  items.insert(items.end(), others.begin(), others.end());
  return Background::build(items, "en", "ours");
}

std::vector<Seed> wolf_seeds() {
  return {{.name = "a",
           .title = "Wolves near the bridge",
           .paragraphs = {"Grey wolves took sheep. The grey wolves came at night."}},
          {.name = "b",
           .title = "Sheep lost",
           .paragraphs = {"Two sheep were lost to grey wolves, a shepherd says."}},
          {.name = "c",
           .title = "Shepherd sees wolves",
           .paragraphs = {"A shepherd met grey wolves by the river. No sheep died."}}};
}

class Derive : public ::testing::Test {
 protected:
  Derive() {
    input_.wanted.id = "wolves";
    input_.wanted.title = "Wolves";
    input_.seeds = wolf_seeds();
    input_.background = &background_;
  }

  [[nodiscard]] std::vector<std::string> terms() const {
    const auto derived = derive(input_);
    std::vector<std::string> found;
    if (derived)
      for (const Term& term : derived->topic.terms) found.push_back(term.text);
    return found;
  }

  Background background_ = ordinary_news();
  DeriveInput input_;
};

TEST_F(Derive, FindsThePhraseTheSeedsShare) {
  EXPECT_THAT(terms(), Contains("grey wolves"));
}

TEST_F(Derive, LeavesOutCommonWordsAndWordsOfOneSeed) {
  input_.seeds[0].paragraphs[0] += " zebra" + std::string(400, ' ');
  for (Seed& seed : input_.seeds)
    for (int i = 0; i < 12; ++i)
      seed.paragraphs.push_back(
          fmt::format("The wolves of the valley {} came again to {}.", i, seed.name));
  EXPECT_THAT(terms(), Not(Contains("zebra")));
  EXPECT_THAT(terms(), Not(Contains("the")));
}

double weight_of(const Topic& topic, const std::string& text) {
  for (const Term& term : topic.terms)
    if (term.text == text) return term.weight;
  return 0;
}

TEST_F(Derive, GivesANameOfOneShortSeedMoreWeightThanAnotherWord) {
  input_.seeds[0].paragraphs[0] = "Grey wolves took Bertha and a donkey of the village.";
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_GT(weight_of(derived->topic, "bertha"), weight_of(derived->topic, "donkey"));
}

TEST_F(Derive, GivesAWordOfMoreShortSeedsMoreWeight) {
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_GT(weight_of(derived->topic, "sheep"), weight_of(derived->topic, "night"));
}

/// Short seeds against a background of which two items score more than all others, one the most.
class LeftOut : public Derive {
 protected:
  LeftOut() {
    background_ = ordinary_news({"Police saw a storm and wolves at the river bridge after harvest.",
                                 "Police saw a storm and wolves on day 7 of the election."});
  }

  /// The threshold that fewer than so many background items reach.
  [[nodiscard]] double reached_by_fewer_than(std::size_t items, const Topic& topic) const {
    std::vector<double> scores = score_background(topic, {}, background_);
    std::sort(scores.begin(), scores.end(), std::greater<>{});
    return threshold_for(scores, items);
  }
};

TEST_F(LeftOut, SeedsThatAreAlikeKeepTheStrictThreshold) {
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_EQ(derived->topic.threshold, reached_by_fewer_than(1, derived->topic));
}

TEST_F(LeftOut, SeedsThatShareNoWordBringTheThresholdDownToFiveItemsInAThousand) {
  input_.seeds = {{.name = "a", .paragraphs = {"Wolves crossed the river."}},
                  {.name = "b", .paragraphs = {"Police feared the storm."}},
                  {.name = "c", .paragraphs = {"A bridge fell after the harvest."}}};
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_LT(derived->topic.threshold, reached_by_fewer_than(1, derived->topic));
  EXPECT_EQ(derived->topic.threshold, reached_by_fewer_than(2, derived->topic));
}

TEST_F(LeftOut, TwoSeedsAreTooFewAndBringTheThresholdDownAsFar) {
  input_.seeds = {{.name = "a", .paragraphs = {"Wolves crossed the river."}},
                  {.name = "b", .paragraphs = {"Police feared the storm."}}};
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_EQ(derived->topic.threshold, reached_by_fewer_than(2, derived->topic));
}

TEST_F(LeftOut, ABackgroundOfLessThanTwoHundredItemsKeepsTheStrictThreshold) {
  std::vector<std::string> items(148, "Rain fell on the town.");
  items.insert(items.end(), 2, "Grey wolves took sheep.");
  background_ = Background::build(items, "en", "ours");
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_GT(derived->topic.threshold, 0);
  EXPECT_EQ(derived->topic.threshold, reached_by_fewer_than(1, derived->topic));
}

TEST_F(Derive, LetsARepetitionInAnItemAddLessWhereTheSeedsAreItems) {
  const auto of_items = derive(input_);
  for (Seed& seed : input_.seeds)
    for (int i = 0; i < 12; ++i)
      seed.paragraphs.push_back(
          fmt::format("The wolves of the valley {} came again to {}.", i, seed.name));
  const auto of_documents = derive(input_);
  ASSERT_TRUE(of_items && of_documents);
  EXPECT_LT(of_items->topic.saturation, of_documents->topic.saturation);
  EXPECT_EQ(of_documents->topic.saturation, Topic{}.saturation);
}

TEST(Threshold, IsReachedByFewerItemsThanAsked) {
  const std::vector<double> scores{0.5, 0.4, 0.3, 0, 0};
  const double threshold = threshold_for(scores, 2);
  EXPECT_GT(threshold, 0.4);
  EXPECT_LT(threshold, 0.401);
}

TEST(Threshold, StaysAboveItemsWithoutAScore) {
  EXPECT_GT(threshold_for({0.5, 0.4, 0, 0}, 4), 0);
  EXPECT_EQ(threshold_for({0, 0}, 2), 0);
}

TEST_F(Derive, GivesTheSameBytesEachTime) {
  const auto first = derive(input_);
  const auto second = derive(input_);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(write_topic(first->topic), write_topic(second->topic));
}

TEST_F(Derive, ChangesItsDigestWithTheSeeds) {
  const auto before = derive(input_);
  input_.seeds[0].paragraphs.emplace_back("More.");
  const auto after = derive(input_);
  ASSERT_TRUE(before && after);
  EXPECT_NE(before->topic.derived->digest, after->topic.derived->digest);
}

TEST_F(Derive, RequiresATermThatHitsEverySeed) {
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  ASSERT_EQ(derived->topic.require.size(), 1U);
  EXPECT_EQ(derived->topic.require[0].any.size(), 1U);
}

TEST_F(Derive, SetsAThresholdThatEverySeedPasses) {
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  EXPECT_GT(derived->topic.threshold, 0);
  ASSERT_EQ(derived->report.seeds.size(), 3U);
  for (const SeedRow& row : derived->report.seeds) EXPECT_TRUE(row.fires) << row.seed;
}

TEST_F(Derive, ChecksEachSeedAgainstTheTopicFromTheOthers) {
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  ASSERT_EQ(derived->report.leave_one_out.size(), 3U);
  EXPECT_TRUE(derived->report.leave_one_out[0].fires);
  EXPECT_FALSE(derived->report.leave_one_out[0].carried_by.empty());
}

TEST_F(Derive, RefusesABackgroundInAnotherLanguage) {
  input_.wanted.languages = {"fr"};
  const auto derived = derive(input_);
  ASSERT_FALSE(derived);
  EXPECT_THAT(derived.error().message, HasSubstr("the background is in 'en'"));
}

TEST_F(Derive, RefusesABackgroundThatNoneOfTheTermsOccursIn) {
  for (Seed& seed : input_.seeds)
    seed = {.name = seed.name, .paragraphs = {"Quasar redshift surveys of " + seed.name + "."}};
  const auto derived = derive(input_);
  ASSERT_FALSE(derived);
  EXPECT_THAT(derived.error().message, HasSubstr("no threshold: 0 of 400"));
}

TEST_F(Derive, TakesTheThresholdFromTheSeedsWhereTheBackgroundIsSilentAndNotNeeded) {
  for (Seed& seed : input_.seeds)
    seed = {.name = seed.name, .paragraphs = {"Quasar redshift surveys of " + seed.name + "."}};
  input_.check = false;
  input_.needs_background = false;
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  const double lowest = lowest_seed_score(input_, derived->topic);
  EXPECT_NEAR(derived->topic.threshold, lowest / 4, lowest / 1000);
  EXPECT_THAT(derived->report.warnings, Contains(HasSubstr("too few background items")));
}

TEST_F(Derive, RefusesNoSeeds) {
  input_.seeds.clear();
  EXPECT_FALSE(derive(input_));
}

TEST_F(Derive, DropsWhatLacksEveryMarkOfTheParent) {
  Topic parent;
  parent.id = "animals";
  parent.terms = {{.text = "sheep", .weight = 100, .provenance = ""}};
  input_.parent = &parent;
  const auto derived = derive(input_);
  ASSERT_TRUE(derived);
  const RequiredGroup& group = derived->topic.require.back();
  EXPECT_THAT(group.any, ElementsAre("sheep"));
  EXPECT_EQ(group.otherwise, 0);
}

TEST(CleanSeeds, TakesOutTemplatesCaptionsAndHashtags) {
  EXPECT_TRUE(is_boilerplate("Featured Posts"));
  EXPECT_TRUE(is_boilerplate("Photo: A. Smith"));
  EXPECT_TRUE(is_boilerplate("#isis #syria #raqqa"));
  EXPECT_FALSE(is_boilerplate("Photo evidence was shown in court."));
}

TEST(CleanSeeds, WarnsOfASeedThatHoldsMostOfTheWords) {
  std::vector<std::string> warnings;
  const std::vector<Seed> seeds{{.name = "long", .paragraphs = {"one two three four five six"}},
                                {.name = "short", .paragraphs = {"one two"}}};
  EXPECT_EQ(clean_seeds(seeds, warnings).size(), 2U);
  EXPECT_THAT(warnings, ElementsAre("seed long holds 75 % of the words"));
}

/// How many words of each seed are left.
std::vector<std::size_t> words_left(const std::vector<Seed>& seeds, Choice choice = Choice::each) {
  std::vector<std::string> warnings;
  std::vector<std::size_t> words;
  for (const SeedWords& seed : clean_seeds(seeds, warnings, choice))
    words.push_back(seed.words.size());
  return words;
}

TEST(CleanSeeds, CountsASeedThatIsGivenTwiceOnce) {
  const Seed a{.name = "a", .paragraphs = {"Talks in Geneva resume."}};
  const Seed copy{.name = "copy", .paragraphs = a.paragraphs};
  const Seed b{.name = "b", .paragraphs = {"Envoys meet again."}};
  std::vector<std::string> warnings;
  EXPECT_EQ(clean_seeds({a, copy, b}, warnings).size(), 2U);
  EXPECT_THAT(warnings, Contains("seed copy is the same as a and counts once"));
  EXPECT_THAT(words_left({a, copy, b}), ElementsAre(4, 3));
}

TEST(CleanSeeds, DropsALineThatComesBackOnlyWhereProseRemains) {
  const std::string menu = "Home News Sport";
  EXPECT_THAT(words_left({{.name = "a", .paragraphs = {menu, "The dam broke."}},
                          {.name = "b", .paragraphs = {menu, "The river rose."}},
                          {.name = "c", .title = "Weather", .paragraphs = {menu}}}),
              ElementsAre(3, 3, 4));
}

TEST(CleanSeeds, KeepsACaptionThatIsAllTheSeedHas) {
  const std::vector<Seed> seeds{
      {.name = "a", .paragraphs = {"Video: 12 killed as Velden dam collapses"}}};
  EXPECT_THAT(words_left(seeds), ElementsAre(7));
  EXPECT_THAT(words_left(seeds, Choice::none), IsEmpty());
}

TEST(CleanSeeds, LeavesOutACopyUnderAnotherHeadline) {
  const std::string report(100, 'x');
  std::vector<std::string> warnings;
  EXPECT_EQ(clean_seeds({{.name = "a", .title = "One", .paragraphs = {report}},
                         {.name = "b", .title = "Two", .paragraphs = {report}}},
                        warnings)
                .size(),
            1U);
  EXPECT_THAT(warnings, Contains("seed b repeats another and is left out"));
}

std::vector<SeedWords> words_of(const std::string& text) {
  std::vector<std::string> warnings;
  return clean_seeds({{.name = "a", .paragraphs = {text}}}, warnings);
}

TEST(MineAliases, JoinsAnAcronymWithThePhraseItsInitialsSpell) {
  const auto groups = mine_aliases(
      words_of("He left the Royal United Services Institute (RUSI). Later RUSI said so."));
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].name, "royal-united-services-institute");
  EXPECT_THAT(groups[0].surfaces, ElementsAre("Royal United Services Institute", "RUSI"));
}

TEST(MineAliases, WantsMoreEvidenceForShortAcronyms) {
  EXPECT_THAT(mine_aliases(words_of("They met in East Anglia. The EA said so, and EA again.")),
              IsEmpty());
}

TEST(MineAliases, SkipsNoWordsForAnAcronymOfTwoLetters) {
  std::vector<std::string> warnings;
  std::vector<Seed> seeds;
  for (const std::string name : {"a", "b", "c"})
    seeds.push_back({.name = name,
                     .paragraphs = {"The war in Iraq and Syria went on. Men of IS left Iraq and "
                                    "Syria, and " +
                                    name + " says IS is weaker."}});
  EXPECT_THAT(mine_aliases(clean_seeds(seeds, warnings)), IsEmpty());
}

TEST(AliasGroups, KeepOnlyGroupsOfWhichANameStandsInTheSeeds) {
  Diagnostics diagnostics;
  const auto table =
      parse_alias_table("format = 1\n[alias]\ndaesh = [\"Daesh\", \"=IS\"]\neta = [\"ETA\"]\n",
                        "aliases.toml", diagnostics);
  ASSERT_TRUE(table);
  const auto found = alias_groups(words_of("Soldiers of IS fled."), &*table, true);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "daesh");
  EXPECT_THAT(alias_groups(words_of("This is all."), &*table, true), IsEmpty());
}

TEST(AliasGroups, HoldCountriesForSeedsAsShortAsItemsOnly) {
  Diagnostics diagnostics;
  const auto table = parse_alias_table(
      "format = 1\n[alias]\nfrance = [\"France\", \"=FR\"]\n"
      "[country]\nfrance = [\"French\"]\nspain = [\"Spain\", \"Spanish\"]\n",
      "aliases.toml", diagnostics);
  ASSERT_TRUE(table);
  const auto words = words_of("France and Spain met.");
  const auto of_documents = alias_groups(words, &*table, false);
  ASSERT_EQ(of_documents.size(), 1U);
  EXPECT_THAT(of_documents[0].surfaces, ElementsAre("France", "=FR"));
  const auto of_items = alias_groups(words, &*table, true);
  ASSERT_EQ(of_items.size(), 2U);
  EXPECT_THAT(of_items[0].surfaces, ElementsAre("France", "=FR", "French"));
  EXPECT_EQ(of_items[1].name, "spain");
}

}  // namespace
}  // namespace tocsin::topics
