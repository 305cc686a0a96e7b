// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quiet_work.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>

#include "store/store.hpp"
#include "support/crash_vfs.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::size_t too_many = 5000;  // counts to wait for a quiet moment

/// On a disk that has them all waiting.
class AQuietWork : public testing::Test {
 protected:
  AQuietWork() {
    auto transaction = store_->begin().value();
    for (std::size_t i = 0; i < too_many; ++i) {
      EXPECT_TRUE(transaction.add_count({.name = "items.new", .by = 1}));
    }
    EXPECT_TRUE(transaction.commit());
  }

  [[nodiscard]] std::size_t waiting() { return store_->waiting_counts().value(); }

  test::CrashVfs disk_{7};
  std::unique_ptr<store::Store> store_ =
      store::Store::open("/quiet.db", {.vfs = disk_.name()}).value();
  std::unique_ptr<QuietWork> work_ = QuietWork::start(*store_).value();
};

bool always() {
  return true;
}

bool never() {
  return false;
}

TEST_F(AQuietWork, IsDoneToItsEndWhileNothingComes) {
  for (int round = 0; round < 10 && work_->is_waiting(); ++round) work_->run(true, always);
  EXPECT_FALSE(work_->is_waiting());
  EXPECT_LT(waiting(), 256U);
}

TEST_F(AQuietWork, AddsUpSomeOfTooManyCountsAlsoWhenItIsNeverQuiet) {
  work_->run(false, never);
  EXPECT_LT(waiting(), too_many);
  EXPECT_GT(waiting(), too_many / 2);
}

TEST_F(AQuietWork, WaitsWhereTheDiskRefuses) {
  disk_.set_read_only(true);
  work_->run(true, always);
  EXPECT_EQ(waiting(), too_many);
  EXPECT_FALSE(work_->is_waiting());  // for a second
}

}  // namespace
}  // namespace tocsin::pipeline
