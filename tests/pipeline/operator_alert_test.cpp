// SPDX-License-Identifier: Apache-2.0
// Operator alerts in the ledger: committed with the state that caused them, and told once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <span>

#include "alert/codec.hpp"
#include "pipeline/ledger.hpp"
#include "store/log_reader.hpp"
#include "support/temp_dir.hpp"
#include "support/topics.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

class OperatorAlerts : public ::testing::Test {
 protected:
  OperatorAlerts() { restart(); }

  void restart() {
    ledger_.reset();
    store_.reset();
    store_ = store::Store::open(folder_.path() + "/tocsin.db").value();
    ledger_ = std::make_unique<Ledger>(*store_, clock_, Ledger::Options{},
                                       [](std::string_view) { return 1.0; });
    ASSERT_TRUE(ledger_->start());
  }

  /// As the poller would have the feed's next state.
  PollOutcome outcome(const std::string& key) {
    PollOutcome outcome{
        .feed = {.key = key, .title = key, .url = "https://" + key + ".example/rss"},
        .state = store_->feed_state(key).value().value_or(store::FeedState{}),
        .fetched = clock_.now()};
    outcome.state.key = key;
    outcome.state.listed_url = outcome.feed.url;
    ++outcome.state.polls;
    outcome.state.failures = 0;
    outcome.state.last_error.clear();
    return outcome;
  }

  PollOutcome failure(const std::string& key) {
    PollOutcome failed = outcome(key);
    failed.state = store_->feed_state(key).value().value_or(failed.state);
    ++failed.state.polls;
    ++failed.state.failures;
    failed.state.last_error = "host '" + key + ".example': connection refused";
    return failed;
  }

  PollOutcome document(const std::string& key, const std::vector<std::string>& ids) {
    feed::Feed parsed;
    for (const std::string& id : ids) {
      feed::Item item;
      item.id = id;
      item.title = "Report " + id;
      item.text = "Nothing of note.";
      item.published = clock_.now();
      parsed.items.push_back(std::move(item));
    }
    PollOutcome read = outcome(key);
    read.examination = examine(read.feed, std::move(parsed), rules_);
    return read;
  }

  /// As the poller has it once the listed URL changed.
  static PollOutcome anew(PollOutcome outcome) {
    outcome.state = {.key = outcome.feed.key,
                     .listed_url = "https://other.example/rss",
                     .polls = outcome.state.polls,
                     .baselined = true};
    return outcome;
  }

  /// Commits one outcome; the topic frames of what was told.
  std::vector<std::string> record(const PollOutcome& one) { return record(std::array{one}); }

  /// Commits all at once, as the ledger does where many are waiting.
  std::vector<std::string> record(std::span<const PollOutcome> outcomes) {
    auto recorded = ledger_->record(outcomes);
    EXPECT_TRUE(recorded);
    std::vector<std::string> frames;
    if (!recorded) return frames;
    for (const alert::LogRecord& record : recorded->records) frames.push_back(record.frame);
    return frames;
  }

  std::vector<std::string> fail_for(const std::string& key, std::chrono::minutes span) {
    std::vector<std::string> frames;
    for (const Time until = clock_.now() + span; clock_.now() < until; clock_.advance(10min)) {
      for (std::string& frame : record(failure(key))) frames.push_back(std::move(frame));
    }
    return frames;
  }

  /// The frames of the whole log, oldest first.
  std::vector<std::string> log() {
    std::vector<std::string> frames;
    const auto records = store_->alerts({}).value();
    for (const alert::LogRecord& record : records) {
      frames.insert(frames.begin(), record.frame);
    }
    return frames;
  }

  test::TempDir folder_;
  ManualClock clock_{noon};
  std::shared_ptr<const topics::RuleSet> rules_ =
      test::rules_of({test::topic_on("floods", "flood")});
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(OperatorAlerts, AreCommittedWithTheStateThatCausedThem) {
  record(document("courier", {"1"}));
  EXPECT_THAT(fail_for("courier", 90min), ElementsAre("ops/feed.failing/5/"));
  restart();
  EXPECT_THAT(log(), ElementsAre("ops/feed.failing/5/"));
  EXPECT_EQ(store_->feed_state("courier").value()->failing_told, noon + 60min);
}

TEST_F(OperatorAlerts, AreNotRepeatedAfterARestart) {
  fail_for("courier", 90min);
  restart();
  EXPECT_THAT(fail_for("courier", 120min), IsEmpty());
  EXPECT_THAT(record(outcome("courier")), ElementsAre("ops/feed.recovered/7/"));
  restart();
  EXPECT_THAT(record(outcome("courier")), IsEmpty());
}

TEST_F(OperatorAlerts, AreTakenFromTheStoreWhateverThePollerRemembers) {
  fail_for("courier", 90min);
  PollOutcome forgetful = failure("courier");
  forgetful.state.failing_told.reset();
  forgetful.state.failing_since.reset();
  EXPECT_THAT(record(forgetful), IsEmpty());
}

TEST_F(OperatorAlerts, AreFetchedLikeAnyOther) {
  fail_for("courier", 90min);
  auto reader = store::StoreLogReader::open(folder_.path() + "/tocsin.db").value();
  EXPECT_EQ(reader->read({.filters = {"ops/"}}).value().records.size(), 1U);
  EXPECT_EQ(reader->read({.filters = {"alert/"}}).value().records.size(), 0U);
}

TEST_F(OperatorAlerts, TellOfAGap) {
  record(document("courier", {"1", "2"}));
  clock_.advance(1h);
  EXPECT_THAT(record(document("courier", {"8", "9"})), ElementsAre("ops/feed.gap/6/"));
  clock_.advance(1h);
  EXPECT_THAT(record(document("courier", {"18", "19"})), IsEmpty());
}

TEST_F(OperatorAlerts, TellOfAMove) {
  record(outcome("courier"));
  PollOutcome moved = outcome("courier");
  moved.state.current_url = "https://new.example/rss";
  EXPECT_THAT(record(moved), ElementsAre("ops/feed.moved/7/"));
  EXPECT_THAT(record(outcome("courier")), IsEmpty());
}

TEST_F(OperatorAlerts, DoNotCallAChangeOfTheListAMove) {
  PollOutcome moved = outcome("courier");
  moved.state.current_url = "https://new.example/rss";
  moved.state.polls = 50;
  record(moved);
  EXPECT_THAT(record(anew(outcome("courier"))), IsEmpty());
}

TEST_F(OperatorAlerts, TellOfTheFirstGapAtAnotherListedUrl) {
  record(document("courier", {"1", "2"}));
  clock_.advance(1h);
  EXPECT_THAT(record(document("courier", {"8", "9"})), ElementsAre("ops/feed.gap/6/"));
  clock_.advance(1h);
  EXPECT_THAT(record(anew(document("courier", {"18"}))), IsEmpty());
  const store::FeedState stored = store_->feed_state("courier").value().value();
  EXPECT_EQ(stored.gaps, 0);
  EXPECT_EQ(stored.gaps_told, 0);
  EXPECT_EQ(stored.gap_told, std::nullopt);
  clock_.advance(1h);
  PollOutcome gap = document("courier", {"28"});
  gap.state.listed_url = stored.listed_url;
  EXPECT_THAT(record(gap), ElementsAre("ops/feed.gap/6/"));
}

TEST_F(OperatorAlerts, LeaveBehindWhatWasLearntAtAnotherListedUrl) {
  PollOutcome first = outcome("courier");
  record(first);
  store::FeedState learnt = store_->feed_state("courier").value().value();
  learnt.rhythm = 20min;
  learnt.rhythm_items = 20;
  learnt.active_hours[3] = 7;
  learnt.failing_told = noon;
  auto transaction = store_->begin().value();
  ASSERT_TRUE(transaction.put_feed_state(learnt));
  ASSERT_TRUE(transaction.commit());
  record(anew(outcome("courier")));
  const store::FeedState stored = store_->feed_state("courier").value().value();
  EXPECT_EQ(stored.rhythm, 0s);
  EXPECT_EQ(stored.rhythm_items, 0);
  EXPECT_EQ(stored.active_hours, store::FeedState{}.active_hours);
  EXPECT_EQ(stored.failing_told, std::nullopt);
}

TEST_F(OperatorAlerts, GoOnCountingGapsWhenTheListReturnsToTheStoredUrl) {
  record(document("courier", {"1", "2"}));
  clock_.advance(1h);
  record(document("courier", {"8", "9"}));
  PollOutcome back = anew(outcome("courier"));
  back.state.listed_url = back.feed.url;
  record(back);
  EXPECT_EQ(store_->feed_state("courier").value()->gaps, 1);
}

TEST_F(OperatorAlerts, TellOfAFeedThatFallsSilent) {
  PollOutcome first = document("courier", {"1"});
  for (int i = 0; i < 10; ++i) {
    ExaminedItem item = first.examination->items.front();
    item.row.identity = "old " + std::to_string(i);
    item.row.published = clock_.now() - i * 1h;
    first.examination->items.push_back(std::move(item));
  }
  record(first);
  EXPECT_EQ(store_->feed_state("courier").value()->rhythm, 1h);
  clock_.advance(23h);
  EXPECT_THAT(record(outcome("courier")), IsEmpty());
  clock_.advance(2h);
  EXPECT_THAT(record(outcome("courier")), ElementsAre("ops/feed.silent/6/"));
  clock_.advance(2h);
  EXPECT_THAT(record(document("courier", {"2"})), ::testing::Contains("ops/feed.recovered/7/"));
}

TEST_F(OperatorAlerts, SayOnceThatTheNetworkIsDownAlsoAfterARestart) {
  const auto fail_all = [this](std::chrono::minutes span) {
    for (const Time until = clock_.now() + span; clock_.now() < until; clock_.advance(3min)) {
      std::vector<PollOutcome> failures;
      for (int feed = 0; feed < 30; ++feed) {
        failures.push_back(failure("feed-" + std::to_string(feed)));
      }
      record(failures);
    }
  };
  for (int feed = 0; feed < 30; ++feed) record(outcome("feed-" + std::to_string(feed)));
  clock_.advance(10min);
  fail_all(3h);
  EXPECT_THAT(log(), ElementsAre("ops/daemon.network/3/"));
  restart();
  fail_all(3h);
  EXPECT_THAT(log(), ElementsAre("ops/daemon.network/3/"));
  for (int feed = 0; feed < 29; ++feed) record(outcome("feed-" + std::to_string(feed)));
  EXPECT_THAT(log(), ElementsAre("ops/daemon.network/3/", "ops/daemon.network/7/"));
  EXPECT_THAT(fail_for("feed-29", 90min), ElementsAre("ops/feed.failing/5/"));
}

TEST_F(OperatorAlerts, LeaveTheHabitsToDocuments) {
  record(document("courier", {"1", "2"}));
  const auto before = store_->feed_state("courier").value()->active_hours;
  EXPECT_EQ(before[12], 2);
  record(failure("courier"));
  record(outcome("courier"));
  EXPECT_EQ(store_->feed_state("courier").value()->active_hours, before);
}

}  // namespace
}  // namespace tocsin::pipeline
