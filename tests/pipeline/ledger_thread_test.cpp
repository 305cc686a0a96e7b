// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "loop/bounded_queue.hpp"
#include "pipeline/newsroom.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The newsroom's store in the hands of a thread, and seen from outside.
class LedgerThreadTest : public test::Newsroom {
 protected:
  void start(LedgerCallbacks callbacks) {
    ledger_.reset();
    thread_ = LedgerThread::start(
                  std::move(store_), clock_, {}, [](std::string_view) { return 1.0; },
                  std::move(callbacks))
                  .value();
    store_ = store::Store::open(folder_.path() + "/tocsin.db", store_options_).value();
  }

  /// What is asked for until `go` waits with each other.
  void hold() {
    ASSERT_TRUE(thread_->ask([this](Ledger&) {
      stands_.push_wait(0);
      EXPECT_TRUE(go_.pop_wait_for(1min));
    }));
    ASSERT_TRUE(stands_.pop_wait_for(1min));
  }

  loop::BoundedQueue<int> stands_{1};
  loop::BoundedQueue<int> go_{1};
  std::unique_ptr<LedgerThread> thread_;
};

TEST_F(LedgerThreadTest, ForgetsASubscriberBehindWhatItSaidBefore) {
  ASSERT_THAT(publish({}), SizeIs(1));
  start({.on_learned = {}, .on_committed = {}});
  hold();
  ASSERT_TRUE(thread_->acknowledge({.subscriber = "desk", .seq = 1}));
  bool is_forgotten = false;
  ASSERT_TRUE(thread_->write(
      {.write = [](store::Transaction& transaction, Time) -> Result<std::vector<alert::LogRecord>> {
         auto gone = transaction.forget_subscriber("desk");
         if (!gone) return fail(gone.error());
         return std::vector<alert::LogRecord>{};
       },
       .done =
           [&is_forgotten](const Result<void>& stored) {
             is_forgotten = stored.has_value();
           }}));
  go_.push_wait(0);
  thread_->stop();
  EXPECT_TRUE(is_forgotten);
  EXPECT_THAT(store_->cursors().value(), IsEmpty());
}

TEST_F(LedgerThreadTest, AcknowledgesNothingWithoutWhatWasGivenBackBefore) {
  ASSERT_THAT(publish({}), SizeIs(1));
  start({.on_learned = {}, .on_committed = {}});
  hold();
  ASSERT_TRUE(thread_->write(
      {.write = [](store::Transaction&, Time) -> Result<std::vector<alert::LogRecord>> {
        return fail(Errc::no_space, "the disk is full");
      }}));
  ASSERT_TRUE(thread_->acknowledge({.subscriber = "desk", .seq = 1}));
  go_.push_wait(0);
  thread_->stop();
  EXPECT_THAT(store_->cursors().value(), IsEmpty());
}

/// Twenty items with the word "lighthouse": more than are indexed at once.
class IdleIndexing : public LedgerThreadTest {
 protected:
  static constexpr int items = 20;

  std::vector<feed::Item> twenty() {
    std::vector<feed::Item> all;
    for (int i = 0; i < items; ++i) {
      feed::Item item;
      item.id = std::to_string(i);
      item.title = "Lighthouse" + words(i);
      item.published = clock_.now();
      all.push_back(std::move(item));
    }
    return all;
  }

  static std::size_t found_in(store::Store& store) {
    return store.search_items({.words = {"lighthouse"}}).value().hits.size();
  }

  std::size_t found() { return found_in(*store_); }

  /// Until it is so, or the thread has gone round in vain for long.
  void wait_until_found(std::size_t count) {
    constexpr std::uint64_t idle_beats = 10'000;  // of 1 ms while something is left to index
    const std::uint64_t last = thread_->beats() + idle_beats;
    while (found() < count && thread_->beats() < last) {
    }
  }
};

TEST_F(IdleIndexing, BringsWhatWasStoredIntoTheSearch) {
  PollOutcome outcome = outcome_of("courier", twenty());
  start({.on_learned = [](const auto&) {},
         .on_committed =
             [](const auto&) {
             }});
  ASSERT_TRUE(thread_->submit(std::move(outcome)));
  wait_until_found(items);
  EXPECT_EQ(found(), static_cast<std::size_t>(items));
}

TEST_F(IdleIndexing, BringsWhatADaemonLeftBehindIntoTheSearch) {
  record("courier", twenty());
  ASSERT_EQ(found(), 0U);
  start({.on_learned = {}, .on_committed = {}});
  wait_until_found(items);
  EXPECT_EQ(found(), static_cast<std::size_t>(items));
}

TEST_F(IdleIndexing, AddsUpTheCountsThatADaemonLeftBehind) {
  record("courier", twenty());
  const auto counted = store_->counts().value();
  auto transaction = store_->begin().value();
  constexpr int many = 300;
  for (int i = 0; i < many; ++i) {
    ASSERT_TRUE(transaction.add_count({.when = clock_.now(), .name = "drops", .by = 1}));
  }
  ASSERT_TRUE(transaction.commit());
  const auto waiting = store_->waiting_counts().value();
  ASSERT_GT(waiting, static_cast<std::size_t>(many));
  const auto beside = store::Store::open(folder_.path() + "/tocsin.db", store_options_).value();
  start({.on_learned = {}, .on_committed = {}});
  const std::uint64_t last = thread_->beats() + 100;  // of half a second once nothing is left
  while (beside->waiting_counts().value() == waiting && thread_->beats() < last) {
  }
  thread_->stop();
  EXPECT_LT(store_->waiting_counts().value(), waiting);
  auto expected = counted;
  expected["drops"] = many;
  EXPECT_EQ(store_->counts().value(), expected);
}

TEST_F(IdleIndexing, WaitsForWhatElseIsToBeDone) {
  PollOutcome outcome = outcome_of("courier", twenty());
  const auto beside = store::Store::open(folder_.path() + "/tocsin.db", store_options_).value();
  std::vector<std::size_t> seen;  // as `beside` the ledger's thread's, then ours once it has ended
  const auto look = [&](Ledger&) {
    seen.push_back(found_in(*beside));
  };
  // It is in the inbox before the round of the commit ends.
  start({.on_learned = [&](const auto&) { EXPECT_TRUE(thread_->ask(look)); },
         .on_committed =
             [](const auto&) {
             }});
  ASSERT_TRUE(thread_->submit(std::move(outcome)));
  wait_until_found(items);
  thread_->stop();
  EXPECT_THAT(seen, ElementsAre(0U));
  EXPECT_EQ(found(), static_cast<std::size_t>(items));
}

}  // namespace
}  // namespace tocsin::pipeline
