// SPDX-License-Identifier: Apache-2.0
#include "loop/thread.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <string>

namespace tocsin::loop {
namespace {

TEST(Thread, CarriesTheFirstFifteenBytesOfItsName) {
  std::array<char, 16> name{};
  auto thread = Thread::start("a-rather-long-name", [&name] {
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
  });
  ASSERT_TRUE(thread) << thread.error().message;
  thread->join();
  EXPECT_EQ(std::string{name.data()}, "a-rather-long-n");
}

TEST(Thread, IsJoinedWhenDestroyed) {
  bool ran = false;
  {
    auto thread = Thread::start("short", [&ran] { ran = true; });
    ASSERT_TRUE(thread) << thread.error().message;
    EXPECT_TRUE(thread->is_running());
  }
  EXPECT_TRUE(ran);
}

TEST(Thread, LeavesTheProcessSignalsToTheMainThread) {
  int blocked = 0;
  auto thread = Thread::start("masked", [&blocked] {
    sigset_t mask{};
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    blocked = ::sigismember(&mask, SIGTERM);
  });
  ASSERT_TRUE(thread) << thread.error().message;
  thread->join();
  EXPECT_EQ(blocked, 1);
  sigset_t own{};
  ::pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(::sigismember(&own, SIGTERM), 0) << "the starter's own mask is as before";
}

}  // namespace
}  // namespace tocsin::loop
