// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "alert/codec.hpp"
#include "pipeline/intake.hpp"
#include "support/temp_dir.hpp"
#include "support/topics.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

feed::Item item(const std::string& id, const std::string& title, std::optional<Time> published) {
  feed::Item item;
  item.id = id;
  item.title = title;
  item.text = title + " was reported by the authorities of the province.";
  item.published = published;
  return item;
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { open(); }

  void open() {
    ledger_.reset();
    store_.reset();
    store_ = store::Store::open(folder_.path() + "/tocsin.db").value();
    ledger_ = std::make_unique<Ledger>(*store_, clock_, Ledger::Options{},
                                       [](std::string_view) { return 1.0; });
    ASSERT_TRUE(ledger_->start());
  }

  PollOutcome poll(std::vector<feed::Item> items) {
    feed::Feed document;
    document.items = std::move(items);
    PollOutcome outcome{
        .feed = {.key = "courier", .title = "Courier", .url = {}, .kind = {}, .topics = {}},
        .state = {},
        .fetched = clock_.now()};
    const auto stored = store_->feed_state("courier");
    if (stored && *stored) outcome.state = **stored;
    outcome.state.key = "courier";
    outcome.examination = examine(outcome.feed, std::move(document), rules_);
    return outcome;
  }

  Recorded record(std::vector<feed::Item> items) {
    const std::array outcomes{poll(std::move(items))};
    auto recorded = ledger_->record(outcomes);
    EXPECT_TRUE(recorded) << recorded.error().message;
    return recorded ? std::move(*recorded) : Recorded{};
  }

  std::int64_t count(const std::string& name) {
    const auto counts = store_->counts().value();
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
  }

  test::TempDir folder_;
  ManualClock clock_{noon};
  std::shared_ptr<const topics::RuleSet> rules_ =
      test::rules_of({test::topic_on("floods", "flood"), test::topic_on("fires", "fire")});
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerTest, KeepsTheFirstSightOfAFeedSilent) {
  EXPECT_THAT(record({item("1", "Flood in the north", noon)}).records, IsEmpty());
  EXPECT_EQ(count("matches.baseline"), 1);
}

TEST_F(LedgerTest, AlertsOnANewItemAfterAnEmptyBaseline) {
  record({});
  const auto recorded = record({item("1", "Flood in the north", noon)});
  ASSERT_THAT(recorded.records, SizeIs(1));
  EXPECT_EQ(recorded.records.front().frame, "alert/floods/3/");
  const auto alert = alert::decode(recorded.records.front().payload).value().alert;
  EXPECT_EQ(alert.item.title, "Flood in the north");
  EXPECT_EQ(alert.story.status, "first");
  EXPECT_EQ(alert.source.name, "Courier");
  ASSERT_FALSE(alert.match.evidence.empty());
  EXPECT_EQ(alert.match.evidence.front().text, "Flood");
}

TEST_F(LedgerTest, LeavesNothingOfAPollThatCannotBeStored) {
  record({});
  const auto good_rules = std::exchange(rules_, test::rules_of({test::topic_on("/", "flood")}));
  const auto failed = record({item("1", "Flood in the north", noon)});
  ASSERT_THAT(failed.learned, SizeIs(1));
  EXPECT_FALSE(failed.learned.front().is_committed);
  EXPECT_FALSE(failed.learned.front().error.empty());
  EXPECT_THAT(failed.records, IsEmpty());
  EXPECT_EQ(count("items.new"), 0);
  rules_ = good_rules;
  const auto again = record({item("1", "Flood in the north", noon)});
  ASSERT_THAT(again.records, SizeIs(1));
  EXPECT_EQ(alert::decode(again.records.front().payload).value().alert.story.status, "first");
}

TEST_F(LedgerTest, KeepsThePollsBesideOneThatCannotBeStored) {
  record({});
  auto good = poll({item("1", "Flood in the north", noon)});
  rules_ = test::rules_of({test::topic_on("/", "fire")});
  auto bad = poll({item("2", "Fire in the south", noon)});
  const std::array outcomes{std::move(bad), std::move(good)};
  const auto recorded = ledger_->record(outcomes).value();
  ASSERT_THAT(recorded.learned, SizeIs(2));
  EXPECT_FALSE(recorded.learned[0].is_committed);
  EXPECT_TRUE(recorded.learned[1].is_committed);
  EXPECT_THAT(recorded.records, SizeIs(1));
  EXPECT_EQ(count("items.new"), 1);
}

TEST_F(LedgerTest, AlertsOnceForAnItemThatStaysInTheFeed) {
  record({});
  record({item("1", "Flood in the north", noon)});
  EXPECT_THAT(record({item("1", "Flood in the north", noon)}).records, IsEmpty());
}

TEST_F(LedgerTest, DoesNotRepeatAlertsAfterARestart) {
  record({});
  record({item("1", "Flood in the north", noon)});
  open();
  EXPECT_THAT(record({item("1", "Flood in the north", noon)}).records, IsEmpty());
}

TEST_F(LedgerTest, GivesOneAlertPerTopicOfAnItemWithOneStory) {
  record({});
  const auto recorded = record({item("1", "Fire after flood in the north", noon)});
  ASSERT_THAT(recorded.records, SizeIs(2));
  const auto first = alert::decode(recorded.records[0].payload).value().alert;
  const auto second = alert::decode(recorded.records[1].payload).value().alert;
  EXPECT_EQ(first.story.id, second.story.id);
  EXPECT_NE(first.id, second.id);
}

TEST_F(LedgerTest, MergesTheSameStorysCopyWithinTheInterval) {
  record({});
  record({item("1", "Flood in the north", noon)});
  record({item("1", "Flood in the north", noon), item("2", "Flood in the north", noon)});
  EXPECT_EQ(count("matches.merged"), 1);
}

TEST_F(LedgerTest, SendsAnUpdateAfterTheIntervalWithTheFirstAlertsId) {
  record({});
  const auto first = record({item("1", "Flood in the north", noon)});
  clock_.advance(2h);
  const auto second =
      record({item("1", "Flood in the north", noon), item("2", "Flood in the north", noon)});
  ASSERT_THAT(second.records, SizeIs(1));
  const auto update = alert::decode(second.records.front().payload).value().alert;
  EXPECT_EQ(update.kind, alert::Kind::updated);
  EXPECT_EQ(update.revision, 2);
  EXPECT_EQ(update.first_id, first.records.front().id);
}

TEST_F(LedgerTest, KeepsLateItemsSilentButStoresThem) {
  record({});
  EXPECT_THAT(record({item("1", "Flood in the north", noon - 72h)}).records, IsEmpty());
  EXPECT_EQ(count("matches.late"), 1);
  EXPECT_EQ(store_->sizes().value().items, 1);
}

TEST_F(LedgerTest, ReadsTheOldestItemFirst) {
  record({});
  const auto recorded =
      record({item("2", "Flood grows", noon), item("1", "Fire at night", noon - 1h)});
  std::vector<std::string> titles;
  for (const auto& record : recorded.records)
    titles.push_back(alert::decode(record.payload).value().alert.item.title);
  EXPECT_THAT(titles, ElementsAre("Fire at night", "Flood grows"));
}

TEST_F(LedgerTest, SuspectsAGapWhenNothingOfTheLastDocumentIsLeft) {
  record({item("1", "Calm day", noon)});
  EXPECT_FALSE(record({item("1", "Calm day", noon), item("2", "Calm night", noon)})
                   .learned.front()
                   .gap_suspected);
  const auto recorded = record({item("8", "Other day", noon), item("9", "Other night", noon)});
  EXPECT_TRUE(recorded.learned.front().gap_suspected);
  EXPECT_EQ(recorded.learned.front().state.gaps, 1);
}

TEST_F(LedgerTest, SuspectsNoGapInADocumentThatHoldsOnlyWhatIsNew) {
  record({item("1", "Calm day", noon)});
  PollOutcome outcome = poll({item("8", "Other day", noon)});
  outcome.is_delta = true;
  const std::array outcomes{outcome};
  const auto recorded = ledger_->record(outcomes).value();
  EXPECT_FALSE(recorded.learned.front().gap_suspected);
  EXPECT_EQ(recorded.learned.front().state.gaps, 0);
  EXPECT_TRUE(recorded.learned.front().is_delta);
}

TEST(MergedSeenItems, KeepWhatWasSeenBeforeADelta) {
  EXPECT_THAT(merged({1, 3, 5}, {2, 3}), ElementsAre(1, 2, 3, 5));
}

TEST(MergedSeenItems, BeginAnewRatherThanGrowWithoutEnd) {
  SeenItems many(10'000);
  std::iota(many.begin(), many.end(), 0U);
  EXPECT_THAT(merged(many, {7, 10'001}), ElementsAre(7, 10'001));
}

TEST_F(LedgerTest, StoresAnUnreadableDocumentAsAFailedPollThatMovesNothing) {
  PollOutcome outcome = poll({});
  outcome.examination.reset();
  outcome.unreadable = "feed 'courier': no feed";
  outcome.state.current_url = "https://garbage.example/";
  outcome.state.next_poll = noon + 2min;
  outcome.state_if_unreadable.key = "courier";
  outcome.state_if_unreadable.failures = 3;
  outcome.state_if_unreadable.next_poll = noon + 1h;
  const std::array outcomes{outcome};
  ASSERT_TRUE(ledger_->record(outcomes));
  const auto stored = store_->feed_state("courier").value().value();
  EXPECT_EQ(stored.current_url, "");
  EXPECT_EQ(stored.failures, 3);
  EXPECT_EQ(stored.next_poll, noon + 1h);
  EXPECT_EQ(stored.last_error, "feed 'courier': no feed");
}

TEST_F(LedgerTest, DoesNotStoreTheValidatorsOfAnUnreadableDocument) {
  PollOutcome outcome = poll({});
  outcome.examination.reset();
  outcome.unreadable = "feed 'courier': no feed";
  outcome.state.etag = outcome.state_if_unreadable.etag = "\"garbage\"";
  outcome.state_if_unreadable.key = "courier";
  outcome.state_if_unreadable.failures = 1;
  const std::array outcomes{outcome};
  const auto recorded = ledger_->record(outcomes).value();
  EXPECT_EQ(recorded.learned.front().state.etag, "");
  EXPECT_EQ(recorded.learned.front().state.failures, 1);
  EXPECT_FALSE(recorded.learned.front().state.baselined);
}

TEST_F(LedgerTest, StoresTheScheduleThatFollowsFromTheDocument) {
  PollOutcome outcome = poll({item("1", "Flood in the north", noon)});
  outcome.reschedule = [](store::FeedState state, bool) {
    state.next_poll = *state.last_new + 1h;  // what the document taught is in the state by then
    return state;
  };
  const std::array outcomes{outcome};
  const auto recorded = ledger_->record(outcomes).value();
  EXPECT_EQ(store_->feed_state("courier").value().value().next_poll, noon + 1h);
  EXPECT_EQ(recorded.learned.front().state.next_poll, noon + 1h);
}

TEST_F(LedgerTest, BalancesWhatWasFetched) {
  record({item("1", "Flood in the north", noon)});
  feed::Item empty;
  record({item("1", "Flood in the north", noon), item("2", "Fire at night", noon), empty});
  EXPECT_EQ(count("items.fetched"),
            count("items.new") + count("items.known") + count("items.rejected"));
  EXPECT_EQ(count("items.rejected"), 1);
}

TEST_F(LedgerTest, NeitherReadsNorMatchesAgainWhatTheLastDocumentHeld) {
  record({});
  const auto first = record({item("1", "Flood in the north", noon)});
  feed::Feed again;
  again.items = {item("1", "Flood in the north", noon), item("2", "Flood in the south", noon)};
  const auto examined =
      examine({.key = "courier"}, std::move(again), rules_, {.seen = &first.learned.front().seen});
  ASSERT_THAT(examined.items, SizeIs(2));
  const ExaminedItem& fresh = examined.items.front();  // of one date the last listed is the oldest
  EXPECT_FALSE(fresh.is_seen);
  EXPECT_EQ(fresh.row.title, "Flood in the south");
  EXPECT_THAT(fresh.matches, SizeIs(1));
  const ExaminedItem& seen = examined.items.back();
  EXPECT_TRUE(seen.is_seen);
  EXPECT_THAT(seen.matches, IsEmpty());
  EXPECT_THAT(seen.row.title, IsEmpty());
  EXPECT_EQ(seen.row.published, noon);
  EXPECT_EQ(seen.fingerprint, first.learned.front().seen.front());
  const auto stored = store_->find_item("courier", seen.row.identity).value();
  EXPECT_EQ(stored.value().title, "Flood in the north");
}

TEST_F(LedgerTest, MatchesASeenItemAgainWhenItsTextChanged) {
  record({});
  const auto first = record({item("1", "Calm in the north", noon)});
  feed::Feed again;
  again.items = {item("1", "Flood in the north", noon)};
  const auto examined =
      examine({.key = "courier"}, std::move(again), rules_, {.seen = &first.learned.front().seen});
  EXPECT_FALSE(examined.items.front().is_seen);
  EXPECT_THAT(examined.items.front().matches, SizeIs(1));
}

TEST_F(LedgerTest, TakesANewGuidUnderAKnownLinkForTheSameItem) {
  feed::Item first = item("guid-1", "Flood in the north", noon);
  first.link = "https://courier.example/flood";
  feed::Item again = first;
  again.id = "guid-2";
  record({});
  record({first});
  record({again});
  EXPECT_EQ(count("items.new"), 1);
}

}  // namespace
}  // namespace tocsin::pipeline
