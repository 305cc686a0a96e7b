// SPDX-License-Identifier: Apache-2.0
// The write-ahead log is carried into the file beside the writer, and stays bounded without.
#include "store/checkpointer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "store/connection.hpp"
#include "store/rows.hpp"
#include "support/crash_vfs.hpp"

namespace tocsin::store {
namespace {

using test::must;
using test::sample_item;

constexpr std::uintmax_t step_bytes = 4'000'000;  // at least, as is_checkpoint_due() counts

class ACheckpointer : public test::StoreTest {
 protected:
  /// One commit of some 50 pages.
  void write() {
    auto item = sample_item("ecb", std::to_string(++items_));
    item.content = std::string(200'000, 'x');
    insert(item);
  }

  void write_until_due() {
    while (!store().is_checkpoint_due()) write();
  }

  [[nodiscard]] std::uintmax_t log_bytes() const {
    return std::filesystem::file_size(path() + "-wal");
  }

  [[nodiscard]] std::uintmax_t file_bytes() const { return std::filesystem::file_size(path()); }

 private:
  int items_ = 0;
};

TEST_F(ACheckpointer, LetsTheLogBeginAnew) {
  const auto checkpointer = must(store().checkpointer());
  for (int round = 0; round < 5; ++round) {
    write_until_due();
    must(checkpointer->run());
  }
  EXPECT_LT(log_bytes(), 2 * step_bytes);
  EXPECT_GT(file_bytes(), 4 * step_bytes);
}

TEST_F(ACheckpointer, IsTheOnlyOneToCarryTheLogOver) {
  const auto checkpointer = must(store().checkpointer());
  const auto before = file_bytes();
  for (int round = 0; round < 3; ++round) write_until_due();
  EXPECT_EQ(file_bytes(), before);
  EXPECT_GE(log_bytes(), 3 * step_bytes);
}

TEST_F(ACheckpointer, IsDueOnceForEachStep) {
  const auto checkpointer = must(store().checkpointer());
  EXPECT_FALSE(store().is_checkpoint_due());
  write_until_due();
  EXPECT_FALSE(store().is_checkpoint_due());
}

TEST_F(ACheckpointer, TakesWhatIsCommittedWhileAReaderStandsInTheLog) {
  const auto checkpointer = must(store().checkpointer());
  write();
  const auto reader = must(Connection::open(path(), {.read_only = true}, false));
  must(reader->script("BEGIN"));
  const auto seen = must(reader->number("SELECT count(*) FROM item"));
  write_until_due();
  must(checkpointer->run());
  EXPECT_EQ(must(reader->number("SELECT count(*) FROM item")), seen);
  must(reader->script("COMMIT"));
  must(checkpointer->run());
  write();
  EXPECT_THAT(must(store().check()), testing::IsEmpty());
}

TEST(ALogThatNobodyCarriesOver, IsCarriedByTheCommitThatReachesItsLimit) {
  const test::TempDir folder;
  const auto path = folder.file("tocsin.db");
  const auto store = must(Store::open(path, {.journal_limit_bytes = 2 * step_bytes}));
  const auto checkpointer = must(store->checkpointer());
  auto item = sample_item("ecb", "i");
  item.content = std::string(200'000, 'x');
  for (int number = 0; number < 150; ++number) {
    item.identity = std::to_string(number);
    auto transaction = must(store->begin());
    must(transaction.insert_item(item));
    must(transaction.commit());
  }
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 3 * step_bytes);
  EXPECT_GT(std::filesystem::file_size(path), 2 * step_bytes);
}

TEST(AFullDisk, KeepsInTheLogWhatTheCheckpointerCannotCarryOver) {
  test::CrashVfs disk{300};
  StoreOptions options;
  options.vfs = disk.name();
  const auto store = must(Store::open("/tocsin.db", options));
  const auto checkpointer = must(store->checkpointer());
  auto transaction = must(store->begin());
  const auto id = must(transaction.insert_item(sample_item("ecb", "i1")));
  must(transaction.commit());
  disk.fill_disk_after(1);
  const auto refused = checkpointer->run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_TRUE(must(store->find_item(id)));
  disk.fill_disk_after(0);
  must(checkpointer->run());
  EXPECT_THAT(must(store->check()), testing::IsEmpty());
}

}  // namespace
}  // namespace tocsin::store
