// SPDX-License-Identifier: Apache-2.0
#include "topics/tune.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "topics/background.hpp"
#include "topics/topic_fixture.hpp"
#include "topics/tune_fit.hpp"

namespace tocsin::topics {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using Words = std::vector<std::string>;

/// The single words of some items of the shipped background, each as often as it occurs there.
std::vector<Words> bags(const Background& background, std::size_t items) {
  std::vector<Words> bags(items);
  for (std::uint32_t number = 0; number < background.term_count(); ++number) {
    const std::string term{background.term(number)};
    if (term.find(' ') != std::string::npos || term.starts_with('=')) continue;
    for (const Occurrence& one : background.occurrences(number)) {
      if (one.item < items) bags[one.item].insert(bags[one.item].end(), one.count, term);
    }
  }
  return bags;
}

/// A subject, what its rule knows of it, and what it is taken for.
struct World {
  const char* id;
  Words core;      ///< In the rule, the first weighing most.
  Words unknown;   ///< Of one half of the items that matter; not in the rule.
  Words mistaken;  ///< Of items that use the rule's words for something else.
};

const std::array worlds{
    World{
        .id = "harbour-fires",
        .core = {"harbour", "fire", "smoke", "flames", "dock", "engine"},
        .unknown = {"blaze", "warehouse", "gutted", "inferno", "tanker", "crews", "burnt"},
        .mistaken = {"drill", "rehearsal", "film", "festival", "lantern", "fireworks", "exercise"}},
    World{.id = "dam-failures",
          .core = {"dam", "breach", "reservoir", "spillway", "flood", "evacuated"},
          .unknown = {"embankment", "seepage", "downstream", "tailings", "overtopped", "sluice"},
          .mistaken = {"beaver", "lodge", "stallion", "foal", "turbine", "licence", "anglers"}},
    World{.id = "ferry-strikes",
          .core = {"ferry", "strike", "union", "port", "walkout", "sailings"},
          .unknown = {"picket", "stewards", "crossing", "stoppage", "cancelled", "seafarers"},
          .mistaken = {"lightning", "bowler", "wicket", "iceberg", "museum", "model", "innings"}}};

struct Text {
  std::string title;
  std::string content;
  bool is_relevant = false;
};

/// Writes items of a world; the same seed gives the same ones.
class Writer {
 public:
  Writer(const World& world, const std::vector<Words>& bags, unsigned seed)
      : world_{world},
        bags_{bags},
        random_{seed} {}

  Text relevant(bool is_known) {
    Words words = some(world_.core, is_known ? 4 : 2);
    if (!is_known) append(words, some(world_.unknown, 3));
    if (pick(10) == 0) append(words, some(world_.mistaken, 1));
    return text_of(words, true);
  }

  Text irrelevant(bool is_mistaken) {
    Words words = some(world_.core, is_mistaken ? 3 : 1);
    if (is_mistaken && pick(5) != 0) append(words, some(world_.mistaken, 2));
    return text_of(words, false);
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }

  Words some(const Words& from, std::size_t count) {
    Words words;
    for (std::size_t i = 0; i < count; ++i) words.push_back(from[pick(from.size())]);
    return words;
  }

  static void append(Words& to, const Words& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  Text text_of(const Words& words, bool is_relevant) {
    Text text{.title = words.front(), .content = {}, .is_relevant = is_relevant};
    const Words& bag = bags_[pick(bags_.size())];
    for (std::size_t i = 0; i < 40 && !bag.empty(); ++i)
      text.content += bag[pick(bag.size())] + " ";
    for (const std::string& word : words) text.content += word + " ";
    return text;
  }

  const World& world_;
  const std::vector<Words>& bags_;
  std::mt19937 random_;
};

Topic rule_of(const World& world) {
  std::string terms = "average_length = 45\n[terms]\n";
  std::size_t weight = 100;
  for (const std::string& term : world.core) {
    terms += "\"" + term + "\" = " + std::to_string(weight) + "\n";
    weight -= 12;
  }
  Topic topic = topic_of("format = 1\n[topic]\nid = \"" + std::string{world.id} +
                         "\"\ntitle = \"T\"\nthreshold = 0.4\n" + terms);
  return topic;
}

JudgedItem judged(const Text& text) {
  return {.item = item_of(text.title, {}, text.content), .is_relevant = text.is_relevant};
}

std::vector<JudgedItem> all_judged(const std::vector<Text>& texts) {
  std::vector<JudgedItem> items;
  for (const Text& text : texts) items.push_back(judged(text));
  return items;
}

double precision(const Judgement& one) {
  const auto found = static_cast<double>(one.relevant - one.missed);
  return found / (found + static_cast<double>(one.false_alarms));
}

double recall(const Judgement& one) {
  return static_cast<double>(one.relevant - one.missed) / static_cast<double>(one.relevant);
}

/// One split of one world: feedback on the first half of the items, judged on the second.
struct Split {
  Judgement before;
  Judgement after;
  Tuning tuning;
};

/// What people say: good and bad of what alerted, missed of every other miss; of what rightly
/// stayed silent nobody says anything.
std::vector<JudgedItem> feedback_on(const Topic& topic, const std::vector<Text>& texts) {
  std::vector<JudgedItem> said;
  std::size_t misses = 0;
  for (const Text& text : texts) {
    const bool fired = !rules_of({topic})->match(judged(text).item).empty();
    if (fired || (text.is_relevant && ++misses % 2 == 0)) said.push_back(judged(text));
  }
  return said;
}

Split split_of(const World& world, const std::vector<Words>& bags, const Background& background,
               unsigned seed) {
  Writer writer{world, bags, seed};
  std::vector<Text> train;
  std::vector<Text> held;
  for (std::size_t i = 0; i < 80; ++i) {
    for (auto* const half : {&train, &held}) {
      half->push_back(writer.relevant(i % 2 == 0));
      half->push_back(writer.irrelevant(i % 3 != 0));
    }
  }
  const Topic topic = rule_of(world);
  Split split;
  split.tuning = tune(topic, feedback_on(topic, train), &background).value();
  split.before = judgement_of(topic, all_judged(held)).value();
  split.after = judgement_of(split.tuning.topic, all_judged(held)).value();
  return split;
}

class TunedTopic : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    background_ =
        new Background{Background::load(TOCSIN_SOURCE_DIR "/config/background.bin").value()};
    bags_ = new std::vector<Words>{bags(*background_, 500)};
  }

  static void TearDownTestSuite() {
    delete background_;
    delete bags_;
  }

  static inline Background* background_ = nullptr;
  static inline std::vector<Words>* bags_ = nullptr;
};

TEST_F(TunedTopic, IsMorePreciseOnHeldBackItemsAndFindsNoFewer) {
  for (const World& world : worlds) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const Split split = split_of(world, *bags_, *background_, seed);
      const std::string where = std::string{world.id} + " seed " + std::to_string(seed);
      EXPECT_GT(precision(split.after), precision(split.before)) << where;
      EXPECT_GE(recall(split.after), recall(split.before)) << where;
      RecordProperty(where, std::to_string(precision(split.before)) + " " +
                                std::to_string(precision(split.after)) + " " +
                                std::to_string(recall(split.before)) + " " +
                                std::to_string(recall(split.after)));
      std::printf("%s: precision %.3f -> %.3f, recall %.3f -> %.3f, %zu terms\n", where.c_str(),
                  precision(split.before), precision(split.after), recall(split.before),
                  recall(split.after), split.tuning.topic.terms.size());
    }
  }
}

TEST_F(TunedTopic, HasAtMostThirtyTermsAndIsTheSameEveryTime) {
  const Split one = split_of(worlds[0], *bags_, *background_, 1);
  const Split two = split_of(worlds[0], *bags_, *background_, 1);
  EXPECT_LE(one.tuning.topic.terms.size(), 30U);
  EXPECT_EQ(one.tuning.edit.weights, two.tuning.edit.weights);
  EXPECT_EQ(one.tuning.edit.threshold, two.tuning.edit.threshold);
}

const std::string rule = "[terms]\n\"harbour fire\" = 100\n\"quay\" = 20\n";

Topic small_rule() {
  Topic topic = topic_of(file_with(rule));
  topic.threshold = 0.3;
  return topic;
}

TEST(Tune, ChangesNothingThatIsRight) {
  const std::vector<JudgedItem> items{{.item = item_of("Harbour fire"), .is_relevant = true},
                                      {.item = item_of("Calm sea"), .is_relevant = false}};
  const auto tuning = tune(small_rule(), items, nullptr);
  ASSERT_TRUE(tuning.has_value());
  EXPECT_TRUE(tuning->edit.is_empty());
  EXPECT_EQ(tuning->before.wrong(), 0U);
}

TEST(Tune, LearnsWhatAFalseAlarmHasAlone) {
  std::vector<JudgedItem> items;
  for (const char* const title : {"Harbour fire drill one", "Harbour fire drill two",
                                  "Harbour fire drill three", "Harbour fire drill four"}) {
    items.push_back({.item = item_of(title), .is_relevant = false});
  }
  for (const char* const title : {"Harbour fire spreads", "Harbour fire put out",
                                  "Harbour fire kills two", "Harbour fire at night"}) {
    items.push_back({.item = item_of(title), .is_relevant = true});
  }
  const auto tuning = tune(small_rule(), items, nullptr);
  ASSERT_TRUE(tuning.has_value());
  EXPECT_EQ(tuning->after.wrong(), 0U);
  const auto rules = rules_of({tuning->topic});
  EXPECT_THAT(rules->match(item_of("Harbour fire drill five")), IsEmpty());
  EXPECT_THAT(rules->match(item_of("Harbour fire on the coast")), SizeIs(1));
}

TEST(Tune, NeverBreaksATest) {
  std::vector<JudgedItem> items;
  for (int i = 0; i < 6; ++i) {
    items.push_back({.item = item_of("Harbour fire"), .is_relevant = false});
  }
  items.push_back({.item = item_of("Harbour fire"), .is_relevant = true, .is_test = true});
  const auto tuning = tune(small_rule(), items, nullptr);
  ASSERT_TRUE(tuning.has_value());
  EXPECT_TRUE(tuning->edit.is_empty());
}

TEST(Tune, CannotHelpAgainstAConditionAndLeavesTheWeightsAlone) {
  Topic topic = small_rule();
  topic.exclude = {"drill"};
  const std::vector<JudgedItem> items{{.item = item_of("Harbour fire drill"), .is_relevant = true}};
  const auto tuning = tune(topic, items, nullptr);
  ASSERT_TRUE(tuning.has_value());
  EXPECT_TRUE(tuning->edit.is_empty());
  EXPECT_EQ(tuning->before.missed, 1U);
}

TEST(FittedWeights, StayAtThePriorWithoutItems) {
  const std::vector<FitTerm> terms{{.prior = 0.7}, {.prior = -0.3}};
  EXPECT_EQ(fit_weights(terms, {}, 4), (std::vector{0.7, -0.3}));
}

TEST(FittedWeights, AreWhereTheSlopeOfThePosteriorIsZero) {
  const std::vector<FitTerm> terms{{.prior = 0.5, .spread = 0.5}, {.prior = 0, .spread = 1}};
  const std::vector<FitItem> items{{.parts = {{0, 1.0}}, .is_relevant = true},
                                   {.parts = {{0, 1.0}, {1, 0.8}}, .is_relevant = false}};
  const std::vector<double> weights = fit_weights(terms, items, 4);
  const std::vector<double> slopes = loss_slopes(weights, items, 4);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const double prior = (weights[i] - terms[i].prior) / (terms[i].spread * terms[i].spread);
    EXPECT_NEAR(slopes[i] + prior, 0, 1e-5);
  }
}

TEST(FittedWeights, KeepWithinTheirBoundsAndAtZeroBelowTheToll) {
  const std::vector<FitTerm> terms{{.prior = 0.1, .least = 0}, {.prior = 0, .toll = 4, .least = 0}};
  const std::vector<FitItem> items{{.parts = {{0, 1.0}}, .is_relevant = false},
                                   {.parts = {{1, 0.5}}, .is_relevant = true}};
  const std::vector<double> weights = fit_weights(terms, items, 4);
  EXPECT_GE(weights[0], 0);
  EXPECT_EQ(weights[1], 0);
}

}  // namespace
}  // namespace tocsin::topics
