// SPDX-License-Identifier: Apache-2.0
// Jobs that share a transaction: one sync for all, each undone alone, told once they are on the
// disk.
#include "pipeline/job_batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "loop/bounded_queue.hpp"
#include "pipeline/ledger_thread.hpp"
#include "support/crash_vfs.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

using Records = std::vector<alert::LogRecord>;

alert::Alert alert_of(const std::string& id) {
  alert::Alert sample;
  sample.kind = alert::Kind::operations;
  sample.id = id;
  sample.first_id = id;
  sample.item.title = "A notice";
  sample.match.topic = "daemon.drill";
  return sample;
}

/// Puts an alert of this id into the log.
StoreJob job_of(const std::string& id) {
  return {.write = [id](store::Transaction& transaction, Time now) -> Result<Records> {
            auto sample = alert_of(id);
            auto record = transaction.append_alert(sample, 0, now);
            if (!record) return fail(record.error());
            return Records{std::move(*record)};
          },
          .done = {}};
}

/// As `job_of`, and fails after it wrote.
StoreJob failing(const std::string& id, Errc code) {
  return {.write = [id, code](store::Transaction& transaction, Time now) -> Result<Records> {
            auto sample = alert_of(id);
            if (auto record = transaction.append_alert(sample, 0, now); !record) {
              return fail(record.error());
            }
            return fail(code, "as told");
          },
          .done = {}};
}

class Jobs : public ::testing::Test {
 protected:
  [[nodiscard]] static std::unique_ptr<store::Store> open(const test::CrashVfs& disk) {
    store::StoreOptions options;
    options.vfs = disk.name();
    return store::Store::open("/tocsin.db", options).value();
  }

  /// Syncs that one batch of so many jobs costs.
  std::size_t syncs_of(int jobs) {
    std::vector<StoreJob> batch;
    for (int i = 0; i < jobs; ++i) batch.push_back(job_of(std::to_string(++number_)));
    const std::size_t before = disk_.syncs();
    EXPECT_THAT(write_jobs(*store_, batch, noon).stored, Each(::testing::IsTrue()));
    return disk_.syncs() - before;
  }

  [[nodiscard]] std::uint64_t head() const { return store_->log_bounds().value().head; }

  test::CrashVfs disk_{7};
  std::unique_ptr<store::Store> store_ = open(disk_);
  int number_ = 0;
};

TEST_F(Jobs, CostTogetherAsManySyncsAsOneAlone) {
  syncs_of(1);  // the write-ahead log's own
  const std::size_t alone = syncs_of(1);
  EXPECT_GT(alone, 0U);
  EXPECT_EQ(syncs_of(60), alone);
  EXPECT_EQ(head(), 62U);
}

TEST_F(Jobs, ThatFailAreUndoneAlone) {
  const auto written = write_jobs(
      *store_, {job_of("a"), failing("b", Errc::not_found), job_of("c"), job_of("a")}, noon);
  ASSERT_THAT(written.stored, SizeIs(4));
  EXPECT_TRUE(written.stored[0]);
  EXPECT_EQ(written.stored[1].error().code, Errc::not_found);
  EXPECT_TRUE(written.stored[2]);
  EXPECT_EQ(written.stored[3].error().code, Errc::busy);
  ASSERT_THAT(written.records, SizeIs(2));
  EXPECT_EQ(written.records[0].id, "a");
  EXPECT_EQ(written.records[1].id, "c");
  EXPECT_EQ(written.records[1].seq, 2U);
  EXPECT_EQ(head(), 2U);
  EXPECT_FALSE(store_->find_alert("b").value());
}

TEST_F(Jobs, FailTogetherWhenTheDiskDoes) {
  const auto written =
      write_jobs(*store_, {job_of("a"), failing("b", Errc::no_space), job_of("c")}, noon);
  ASSERT_THAT(written.stored, SizeIs(3));
  for (const auto& stored : written.stored) EXPECT_EQ(stored.error().code, Errc::no_space);
  EXPECT_THAT(written.records, IsEmpty());
  EXPECT_EQ(head(), 0U);
}

TEST_F(Jobs, ThatADiskRefusesAreWrittenWhenTheyComeAgain) {
  disk_.set_read_only(true);
  EXPECT_FALSE(write_jobs(*store_, {job_of("a")}, noon).stored.front());
  disk_.set_read_only(false);
  EXPECT_TRUE(write_jobs(*store_, {job_of("a")}, noon).stored.front());
  EXPECT_EQ(head(), 1U);
}

TEST_F(Jobs, ThatWaitForTheLedgerAreOneCommitAndToldInOrderAfterIt) {
  const ManualClock clock{noon};
  std::vector<std::uint64_t> published;  // the ledger's thread, then ours once it has ended
  std::vector<int> told;
  std::vector<std::size_t> syncs;
  loop::BoundedQueue<int> stands{1};
  loop::BoundedQueue<int> go{1};
  auto ledger =
      LedgerThread::start(std::move(store_), clock, {}, [](std::string_view) { return 1.0; },
                          {.on_learned = {},
                           .on_committed =
                               [&](const Records& records) {
                                 for (const auto& record : records) published.push_back(record.seq);
                               }})
          .value();
  // It stands here until all of them wait.
  ASSERT_TRUE(ledger->ask([&](Ledger&) {
    stands.push_wait(0);
    EXPECT_TRUE(go.pop_wait_for(1min));
  }));
  ASSERT_TRUE(stands.pop_wait_for(1min));
  for (int i = 0; i < 20; ++i) {
    StoreJob job = i == 7 ? failing("7", Errc::not_found) : job_of(std::to_string(i));
    job.done = [&, i](const Result<void>& stored) {
      EXPECT_EQ(stored.has_value(), i != 7);
      EXPECT_THAT(published, SizeIs(19));
      told.push_back(i);
      syncs.push_back(disk_.syncs());
    };
    ASSERT_TRUE(ledger->write(std::move(job)));
  }
  go.push_wait(0);
  ledger->stop();
  ASSERT_THAT(told, SizeIs(20));
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_THAT(syncs, Each(syncs.front())) << "a commit between two of them";
}

}  // namespace
}  // namespace tocsin::pipeline
