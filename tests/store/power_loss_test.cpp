// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "store/checkpointer.hpp"
#include "store/rows.hpp"
#include "support/crash_vfs.hpp"

namespace tocsin::store {
namespace {

using test::CrashVfs;
using test::must;
using test::noon;
using testing::IsEmpty;

constexpr int rounds_per_seed = 50;
constexpr std::size_t most_operations = 1200;
constexpr int alerts_per_poll = 2;
constexpr int polls_per_batch = 3;  // until words are indexed and the log is carried over

/// One poll's outcome: the feed's state counts the polls, so that state, items, matches and alerts
/// must agree.
Result<void> write_poll(Store& store, std::int64_t number) {
  auto transaction = store.begin();
  if (!transaction) return fail(transaction.error());
  FeedState state;
  state.key = "ecb";
  state.polls = number;
  if (auto put = transaction->put_feed_state(state); !put) return put;
  auto item = test::sample_item("ecb", std::to_string(number));
  item.content = std::string(static_cast<std::size_t>(number * 37 % 5000), 'x');
  const auto id = transaction->insert_item(item);
  if (!id) return fail(id.error());
  const auto matched = transaction->add_match(
      {.item_id = *id, .topic = "a", .fired = true, .outcome = "sent", .matched_at = noon});
  if (!matched) return matched;
  for (int i = 0; i < alerts_per_poll; ++i) {
    auto sample = test::sample_alert("t" + std::to_string(number * (i + 3) % 5),
                                     std::to_string(number) + "-" + std::to_string(i));
    if (auto added = transaction->append_alert(sample, *id, noon); !added)
      return fail(added.error());
    for (const char* name : {"matches.fired", "matches.sent"}) {
      const auto counted =
          transaction->add_count({.when = noon, .topic = sample.match.topic, .name = name});
      if (!counted) return counted;
    }
  }
  return transaction->commit();
}

/// A daemon that polls until the power goes, on a disk that outlives it.
class Machine {
 public:
  Machine(std::uint64_t seed, std::string synchronous) : random_{seed}, disk_{seed} {
    options_.vfs = disk_.name();
    options_.synchronous = std::move(synchronous);
  }

  void run_until_power_loss() {
    disk_.lose_power_after(std::uniform_int_distribution<std::size_t>{1, most_operations}(random_));
    auto store = Store::open("/tocsin.db", options_);
    if (!store) return;
    // The connection that carries the log over, which is another thread's in the daemon.
    const auto checkpointer = (**store).checkpointer();
    while (checkpointer && write_poll(**store, confirmed_ + 1)) {
      ++confirmed_;
      if (confirmed_ % polls_per_batch != 0) continue;
      if (!(**store).index_items(polls_per_batch) || !(**checkpointer).run()) return;
    }
  }

  /// The store after the power is back, or why it cannot be opened.
  Result<std::unique_ptr<Store>> restart() {
    disk_.restore_power();
    return Store::open("/tocsin.db", options_);
  }

  /// Polls whose commit() returned success.
  [[nodiscard]] std::int64_t confirmed() const { return confirmed_; }

  /// What came through beyond them, the poll that was under way, counts from now on.
  void accept(std::int64_t polls) { confirmed_ = polls; }

 private:
  std::mt19937_64 random_;
  CrashVfs disk_;
  StoreOptions options_;
  std::int64_t confirmed_ = 0;
};

std::int64_t polls_in(Store& store) {
  const auto state = must(store.feed_state("ecb"));
  return state ? state->polls : 0;
}

class PowerLoss : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PowerLoss, TakesNothingThatWasCommittedAndLeavesNothingHalf) {
  Machine machine{GetParam(), "FULL"};
  for (int round = 0; round < rounds_per_seed; ++round) {
    machine.run_until_power_loss();
    const auto store = must(machine.restart());
    const auto polls = polls_in(*store);
    ASSERT_GE(polls, machine.confirmed()) << "round " << round;
    ASSERT_LE(polls, machine.confirmed() + 1) << "round " << round;
    const auto sizes = must(store->sizes());
    ASSERT_EQ(sizes.items, polls) << "round " << round;
    ASSERT_EQ(sizes.matches, polls) << "round " << round;
    ASSERT_EQ(sizes.alerts, polls * alerts_per_poll) << "round " << round;
    ASSERT_EQ(must(store->log_bounds()).head, static_cast<std::uint64_t>(sizes.alerts));
    ASSERT_THAT(must(store->check()), IsEmpty()) << "round " << round;
    for (const auto& line : must(store->audit(Time{}))) {
      ASSERT_THAT(line.faults, IsEmpty()) << "round " << round;
    }
    machine.accept(polls);
  }
  EXPECT_GT(machine.confirmed(), rounds_per_seed);
}

INSTANTIATE_TEST_SUITE_P(Seeds, PowerLoss, testing::Values(1, 2, 3, 4, 5, 6, 7));

TEST(PowerLossWithoutSync, LosesCommitsSoThatTheTestAboveCanFail) {
  int losses = 0;
  for (std::uint64_t seed = 100; seed < 110; ++seed) {
    Machine machine{seed, "OFF"};
    machine.run_until_power_loss();
    auto store = machine.restart();
    if (!store || polls_in(**store) < machine.confirmed()) ++losses;
  }
  EXPECT_GT(losses, 5);
}

TEST(FullDisk, FailsTheCommitAndKeepsEverythingBefore) {
  CrashVfs disk{200};
  StoreOptions options;
  options.vfs = disk.name();
  const auto store = must(Store::open("/tocsin.db", options));
  must(write_poll(*store, 1));
  disk.fill_disk_after(5);
  const auto refused = write_poll(*store, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_EQ(refused.error().message, "store '/tocsin.db': the disk is full");
  disk.fill_disk_after(0);
  EXPECT_EQ(polls_in(*store), 1);
  must(write_poll(*store, 2));
  EXPECT_EQ(polls_in(*store), 2);
  EXPECT_THAT(must(store->check()), IsEmpty());
}

TEST(SyncedCommit, ReachesTheDiskBeforeItReturns) {
  CrashVfs disk{201};
  StoreOptions options;
  options.vfs = disk.name();
  const auto store = must(Store::open("/tocsin.db", options));
  const auto before = disk.syncs();
  must(write_poll(*store, 1));
  EXPECT_GT(disk.syncs(), before);
}

}  // namespace
}  // namespace tocsin::store
