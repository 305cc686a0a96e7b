// SPDX-License-Identifier: Apache-2.0
// Stories through the ledger: correlations, changes by hand, restarts, what is told of an item.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "alert/codec.hpp"
#include "pipeline/ledger.hpp"
#include "support/temp_dir.hpp"
#include "support/topics.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

constexpr std::array tellings{
    "A flood in Velden drowned seven cows and tore the Marner bridge away, mayor Ilse Brandt said.",
    "In Velden the river took the Marner bridge; Ilse Brandt, the mayor, spoke of a flood that "
    "nobody remembers the like of.",
    "Seven cows drowned in Velden by the flood. Helicopters fly over the ruins of the Marner "
    "bridge "
    "as mayor Ilse Brandt asks for help."};

class StoryLedgerTest : public ::testing::Test {
 protected:
  StoryLedgerTest() { open(); }

  void open() {
    ledger_.reset();
    store_.reset();
    store_ = store::Store::open(folder_.path() + "/tocsin.db").value();
    ledger_ =
        std::make_unique<Ledger>(*store_, clock_, Ledger::Options{},
                                 [](std::string_view word) { return word.size() > 3 ? 4.0 : 0.5; });
    ASSERT_TRUE(ledger_->start());
  }

  static topics::Topic correlated(bool raises) {
    topics::Topic topic = test::topic_on("floods", "flood");
    topic.correlation = {.independent_sources = 3, .within = 6h, .raises_severity = raises};
    return topic;
  }

  void use(topics::Topic topic) { rules_ = test::rules_of({std::move(topic)}); }

  /// An outlet's report, now; the alerts it gives.
  std::vector<alert::Alert> report(const std::string& outlet, const std::string& text) {
    feed::Feed document;
    feed::Item item;
    item.id = outlet + std::to_string(++items_);
    item.link = "https://" + outlet + ".example/" + std::to_string(items_);
    item.text = text;
    item.published = clock_.now();
    document.items.push_back(std::move(item));
    PollOutcome outcome{
        .feed = {.key = outlet, .title = outlet, .url = {}, .kind = {}, .topics = {}},
        .state = {},
        .fetched = clock_.now()};
    outcome.state.key = outlet;
    outcome.state.baselined = true;
    outcome.examination = examine(outcome.feed, std::move(document), rules_);
    const std::array outcomes{outcome};
    const auto recorded = ledger_->record(outcomes);
    EXPECT_TRUE(recorded) << recorded.error().message;
    std::vector<alert::Alert> alerts;
    for (const auto& record : recorded->records) {
      EXPECT_EQ(
          record.frame,
          "alert/floods/" + std::to_string(alert::decode(record.payload)->alert.severity) + "/");
      alerts.push_back(alert::decode(record.payload).value().alert);
    }
    return alerts;
  }

  std::vector<store::ItemId> items_of(const std::string& story) {
    std::vector<store::ItemId> items;
    const auto members = store_->story_members(story).value();
    for (const auto& member : members) items.push_back(member.item_id);
    return items;
  }

  test::TempDir folder_;
  ManualClock clock_{noon};
  int items_ = 0;
  std::shared_ptr<const topics::RuleSet> rules_ =
      test::rules_of({test::topic_on("floods", "flood")});
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(StoryLedgerTest, AnAlertSaysWhyItsItemIsInItsStory) {
  const auto first = report("courier", tellings[0]);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].story.joined, "opened");
  EXPECT_THAT(first[0].story.why, HasSubstr("first: no open story"));
  clock_.advance(1h);
  const auto second = report("herald", tellings[1]);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].story.status, "corroborated");
  EXPECT_EQ(second[0].story.joined, "same-event");
  EXPECT_GT(second[0].story.similarity, 0.26);
  EXPECT_THAT(second[0].story.shared, testing::Contains("velden"));
  clock_.advance(1h);
  const auto copy = report("gazette", tellings[0]);
  ASSERT_THAT(copy, SizeIs(1));
  EXPECT_EQ(copy[0].story.status, "duplicate");
  EXPECT_EQ(copy[0].story.distance, 0);
  EXPECT_EQ(copy[0].story.independent_sources, 2);
  EXPECT_THAT(copy[0].story.similar, ElementsAre(first[0].item.id));
}

TEST_F(StoryLedgerTest, ACorrelationIsToldAtOnceWhenEnoughSourcesAgree) {
  use(correlated(false));
  EXPECT_THAT(report("courier", tellings[0]), SizeIs(1));
  clock_.advance(1min);
  EXPECT_THAT(report("herald", tellings[1]), IsEmpty());  // within the update interval
  clock_.advance(1min);
  const auto third = report("gazette", tellings[2]);
  ASSERT_THAT(third, SizeIs(1));
  EXPECT_EQ(third[0].story.status, "corroborated");
  EXPECT_EQ(third[0].story.correlation, 3);
  EXPECT_EQ(third[0].kind, alert::Kind::updated);
  EXPECT_EQ(third[0].severity, 3);
}

TEST_F(StoryLedgerTest, ACorrelationRaisesTheSeverityByOneFromThenOn) {
  use(correlated(true));
  report("courier", tellings[0]);
  report("herald", tellings[1]);
  const auto third = report("gazette", tellings[2]);
  ASSERT_THAT(third, SizeIs(1));
  EXPECT_EQ(third[0].severity, 2);
  clock_.advance(2h);
  const auto fourth = report("observer", std::string{tellings[2]} + " Rain goes on in Velden.");
  ASSERT_THAT(fourth, SizeIs(1));
  EXPECT_EQ(fourth[0].severity, 2);
  EXPECT_FALSE(fourth[0].story.correlation);
}

TEST_F(StoryLedgerTest, CopiesDoNotMakeACorrelation) {
  use(correlated(true));
  report("courier", tellings[0]);
  report("herald", tellings[0]);
  report("gazette", std::string{tellings[0]} + " (AP)");
  EXPECT_THAT(report("observer", tellings[0]), IsEmpty());
  EXPECT_EQ(store_->recent_story_topics(noon).value().front().severity, 3);
}

TEST_F(StoryLedgerTest, SourcesFurtherApartThanTheTopicSaysMakeNoCorrelation) {
  use(correlated(true));
  report("courier", tellings[0]);
  clock_.advance(4h);
  report("herald", tellings[1]);
  clock_.advance(4h);
  const auto third = report("gazette", tellings[2]);
  ASSERT_THAT(third, SizeIs(1));
  EXPECT_EQ(third[0].severity, 3);
  EXPECT_FALSE(third[0].story.correlation);
}

TEST_F(StoryLedgerTest, ACorrelationGoesOnCountingAfterARestart) {
  use(correlated(true));
  report("courier", tellings[0]);
  report("herald", tellings[1]);
  open();
  EXPECT_EQ(report("gazette", tellings[2]).at(0).severity, 2);
}

TEST_F(StoryLedgerTest, ASplitStoryAlertsAnewAtItsNextItem) {
  const auto first = report("courier", tellings[0]);
  clock_.advance(1min);
  report("herald", tellings[1]);
  const auto items = items_of(first[0].story.id);
  const auto changed = ledger_->change({.story = first[0].story.id,
                                        .items = {items[1]},
                                        .author = "desk",
                                        .reason = "another flood"});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(items_of(changed->into), std::vector{items[1]});
  EXPECT_EQ(items_of(first[0].story.id), std::vector{items[0]});
  clock_.advance(1min);
  const auto next = report("gazette", tellings[1]);
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].kind, alert::Kind::fresh);
  EXPECT_EQ(next[0].story.id, changed->into);
  EXPECT_EQ(next[0].story.position, 2);
  const auto history = store_->story_changes(changed->into).value();
  ASSERT_THAT(history, SizeIs(1));
  EXPECT_EQ(history[0].author, "desk");
  EXPECT_EQ(history[0].reason, "another flood");
}

TEST_F(StoryLedgerTest, AChangeByHandOutlivesARestart) {
  const auto first = report("courier", tellings[0]);
  report("herald", tellings[1]);
  const auto items = items_of(first[0].story.id);
  const auto changed =
      ledger_->change({.story = first[0].story.id, .items = {items[1]}, .author = "desk"});
  ASSERT_TRUE(changed);
  open();
  report("gazette", tellings[1]);
  EXPECT_THAT(items_of(changed->into), SizeIs(2));
  EXPECT_EQ(items_of(first[0].story.id), std::vector{items[0]});
}

TEST_F(StoryLedgerTest, AMergedStoryGoesOnUnderTheFirstAlertOfTheOneThatStays) {
  const auto flood = report("courier", tellings[0]);
  const auto other =
      report("herald", "A flood filled the cellars of Ostheim; Karl Wirth saw eels.");
  ASSERT_NE(flood[0].story.id, other[0].story.id);
  const auto changed = ledger_->change({.kind = StoryOrder::Kind::merge,
                                        .story = other[0].story.id,
                                        .into = flood[0].story.id,
                                        .author = "desk"});
  ASSERT_TRUE(changed) << changed.error().message;
  clock_.advance(1h);
  const auto next =
      report("gazette", "The flood in the cellars of Ostheim brought eels, Karl Wirth told us.");
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].story.id, flood[0].story.id);
  EXPECT_EQ(next[0].first_id, flood[0].id);
  EXPECT_EQ(next[0].kind, alert::Kind::updated);
  EXPECT_EQ(store_->story(other[0].story.id).value()->merged_into, flood[0].story.id);
}

TEST_F(StoryLedgerTest, SplittingAndMergingBackGivesTheFormerItems) {
  const auto first = report("courier", tellings[0]);
  report("herald", tellings[1]);
  report("gazette", tellings[2]);
  const std::string story = first[0].story.id;
  const auto before = store_->story_members(story).value();
  const auto apart = ledger_->change(
      {.story = story, .items = {before[0].item_id, before[2].item_id}, .author = "desk"});
  ASSERT_TRUE(apart);
  ASSERT_TRUE(ledger_->change(
      {.kind = StoryOrder::Kind::merge, .story = apart->into, .into = story, .author = "desk"}));
  const auto after = store_->story_members(story).value();
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].item_id, before[i].item_id);
    EXPECT_EQ(after[i].source, before[i].source);
    EXPECT_EQ(after[i].status, before[i].status);
  }
  EXPECT_EQ(store_->story(story).value()->independent_sources, 3);
}

TEST_F(StoryLedgerTest, AnOrderThatMakesNoSenseChangesNothing) {
  const auto first = report("courier", tellings[0]);
  const std::string story = first[0].story.id;
  const auto refusal = [this](StoryOrder order) {
    const auto changed = ledger_->change(order);
    return changed ? std::string{"(done)"} : changed.error().message;
  };
  const auto items = items_of(story);
  EXPECT_EQ(refusal({.story = "none", .items = {1}, .author = "desk"}), "no story 'none'");
  EXPECT_EQ(refusal({.story = story, .items = {99}, .author = "desk"}),
            "item 99 is not in the story");
  EXPECT_EQ(refusal({.story = story, .items = {}, .author = "desk"}),
            "no item to split off was named");
  EXPECT_EQ(refusal({.story = story, .items = items, .author = "desk"}),
            "all items of the story were named: nothing would stay");
  EXPECT_EQ(
      refusal({.kind = StoryOrder::Kind::merge, .story = story, .into = story, .author = "desk"}),
      "a story cannot be merged into itself");
  EXPECT_EQ(items_of(story), items);
  EXPECT_THAT(store_->story_changes(story).value(), IsEmpty());
}

TEST_F(StoryLedgerTest, TellsTheSameOfLaterItemsWhereverItWasRestarted) {
  const auto told = [](const std::vector<alert::Alert>& alerts) {
    std::string text;
    for (const auto& alert : alerts) text += alert.story.id + alert.story.why;
    return text;
  };
  report("courier", tellings[0]);
  clock_.advance(1h);
  report("herald", tellings[1]);
  open();
  clock_.advance(1h);
  const std::string here = told(report("gazette", tellings[2]));
  EXPECT_THAT(here, HasSubstr("a source of its own tells of the same event"));
}

}  // namespace
}  // namespace tocsin::pipeline
