// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "loop/bounded_queue.hpp"
#include "pipeline/newsroom.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;
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
    ASSERT_TRUE(thread_->ask([this](Ledger&) { EXPECT_TRUE(go_.pop_wait_for(1min)); }));
  }

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

}  // namespace
}  // namespace tocsin::pipeline
