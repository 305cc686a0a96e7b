// SPDX-License-Identifier: Apache-2.0
#include "store/state_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "support/temp_dir.hpp"

namespace tocsin::store {
namespace {

TEST(StateLock, TellsASecondDaemonWhoHoldsTheFolder) {
  const test::TempDir folder;
  const auto held = StateLock::take(folder.path());
  ASSERT_TRUE(held);
  // flock belongs to the open file, so a second attempt of this process stands for another's.
  const auto second = StateLock::take(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_EQ(second.error().message,
            "state folder " + folder.path() + " is held by pid " + std::to_string(::getpid()));
}

TEST(StateLock, IsFreeAgainOnceItsHolderIsGone) {
  const test::TempDir folder;
  auto held = std::optional{StateLock::take(folder.path())};
  held.reset();
  EXPECT_TRUE(StateLock::take(folder.path()));
}

TEST(StateLock, KeepsASecondDaemonFromTheSamesSocketsPath) {
  const test::TempDir folder;
  const auto path = folder.path() + "/pub.sock";
  const auto held = StateLock::take_socket(path);
  ASSERT_TRUE(held);
  const auto second = StateLock::take_socket(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_EQ(second.error().message,
            "socket " + path + " is held by pid " + std::to_string(::getpid()));
}

TEST(StateLock, MovesWithItsOwner) {
  const test::TempDir folder;
  auto held = StateLock::take(folder.path());
  ASSERT_TRUE(held);
  const auto owner = std::move(*held);
  EXPECT_FALSE(StateLock::take(folder.path()));
}

TEST(StateLock, IgnoresTheFileOfADeadDaemon) {
  const test::TempDir folder;
  std::ofstream{folder.file("lock")} << "4711\nrubbish";
  EXPECT_TRUE(StateLock::take(folder.path()));
}

TEST(StateLock, NamesAFolderThatCannotBeWritten) {
  const auto lock = StateLock::take("/proc/self/fd/none");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, Errc::system);
  EXPECT_THAT(lock.error().message, testing::HasSubstr("/proc/self/fd/none"));
}

}  // namespace
}  // namespace tocsin::store
