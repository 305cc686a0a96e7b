// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <utility>

namespace tocsin {
namespace {

int opened() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

TEST(UniqueFd, ClosesItsDescriptor) {
  int fd = -1;
  {
    const UniqueFd owner{opened()};
    fd = owner.get();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, HandsItsDescriptorOnWhenMoved) {
  UniqueFd first{opened()};
  const int fd = first.get();
  const UniqueFd second{std::move(first)};
  EXPECT_EQ(second.get(), fd);
  EXPECT_TRUE(is_open(fd));
}

TEST(UniqueFd, ClosesTheDescriptorItHadBefore) {
  int fd = -1;
  UniqueFd target{opened()};
  fd = target.get();
  {
    UniqueFd source{opened()};
    target = std::move(source);
  }
  EXPECT_FALSE(is_open(fd));
  EXPECT_TRUE(is_open(target.get()));
}

TEST(UniqueFd, IsClosedWithoutADescriptor) {
  EXPECT_FALSE(UniqueFd{}.is_open());
}

}  // namespace
}  // namespace tocsin
