// SPDX-License-Identifier: Apache-2.0
// What a backup leaves where others look. Kills at each of its steps: crash_points_test.py.
#include "store/backup.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/unique_fd.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

namespace tocsin::store {
namespace {

using test::must;

class ABackup : public testing::Test {
 protected:
  [[nodiscard]] Result<void> back_up() { return store_->backup_to(copy_); }

  [[nodiscard]] bool has_only_the_copy() const {
    return std::filesystem::exists(copy_) && !std::filesystem::exists(part_) &&
           !std::filesystem::exists(part_ + "-journal");
  }

  test::TempDir folder_;
  const std::string copy_ = folder_.file("copy.db");
  const std::string part_ = copy_ + ".part";
  std::unique_ptr<Store> store_ = must(Store::open(folder_.file("tocsin.db")));
};

TEST_F(ABackup, HasABlankEpochAndLeavesNothingBesideIt) {
  must(back_up());
  EXPECT_TRUE(has_only_the_copy());
  const auto copy = must(Connection::open(copy_, {}, false));
  EXPECT_EQ(must(copy->number("SELECT epoch = '' FROM log")), 1);
}

TEST_F(ABackup, WritesOverWhatAnAttemptThatDiedLeft) {
  std::filesystem::copy_file(folder_.file("tocsin.db"), part_);
  std::ofstream{part_ + "-journal"} << std::string(4096, 'j');
  must(back_up());
  EXPECT_TRUE(has_only_the_copy());
  EXPECT_THAT(must(must(Store::open(copy_))->check()), testing::IsEmpty());
}

TEST_F(ABackup, LeavesAForeignFileOfThatNameAlone) {
  std::ofstream{part_} << "half a film";
  const auto refused = back_up();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::busy);
  EXPECT_EQ(std::filesystem::file_size(part_), 11U);
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(ABackup, WaitsForNobodyWhoWritesTheSameFile) {
  const UniqueFd other{::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  const auto refused = back_up();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::busy);
  EXPECT_TRUE(std::filesystem::exists(part_));
}

TEST_F(ABackup, LeavesNothingHalfWhenItIsRefused) {
  must(back_up());
  const auto refused = back_up();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::busy);
  EXPECT_TRUE(has_only_the_copy());
}

TEST_F(ABackup, NamesTheFolderThatIsMissing) {
  const auto refused = store_->backup_to(folder_.file("nowhere/copy.db"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("nowhere/copy.db"));
}

}  // namespace
}  // namespace tocsin::store
