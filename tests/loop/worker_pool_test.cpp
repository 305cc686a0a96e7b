// SPDX-License-Identifier: Apache-2.0
#include "loop/worker_pool.hpp"

#include <gtest/gtest.h>

#include <future>

#include "loop/event_loop.hpp"

namespace tocsin::loop {
namespace {

TEST(WorkerPool, DoesEveryJobItTookBeforeItIsDrained) {
  auto pool = WorkerPool::start({.threads = 2, .queue_limit = 100}).value();
  Counter ran;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool->try_submit([&ran] { ran.add(); }));
  pool->drain();
  EXPECT_EQ(ran.value(), 100U);
  EXPECT_EQ(pool->done(), 100U);
}

TEST(WorkerPool, RefusesAndCountsJobsBeyondItsQueue) {
  auto pool = WorkerPool::start({.threads = 1, .queue_limit = 1}).value();
  std::promise<void> started;
  std::promise<void> go_on;
  ASSERT_TRUE(pool->try_submit([&] {
    started.set_value();
    go_on.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool->try_submit([] {}));
  EXPECT_FALSE(pool->try_submit([] {}));
  EXPECT_EQ(pool->refused(), 1U);
  EXPECT_EQ(pool->queued(), 1U);
  go_on.set_value();
  pool->drain();  // before the promises go, which the first job still uses
}

TEST(WorkerPool, TakesNoJobAfterDrain) {
  auto pool = WorkerPool::start({.threads = 1, .queue_limit = 1}).value();
  pool->drain();
  EXPECT_FALSE(pool->try_submit([] {}));
  EXPECT_EQ(pool->refused(), 0U);
}

TEST(WorkerPool, HandsAResultBackThroughTheLoop) {
  auto loop = EventLoop::create().value();
  auto pool = WorkerPool::start({.threads = 1, .queue_limit = 1}).value();
  int result = 0;
  ASSERT_TRUE(pool->try_submit([&] {
    const int computed = 6 * 7;
    loop->post([&, computed] {
      result = computed;
      loop->stop();
    });
  }));
  loop->run();
  EXPECT_EQ(result, 42);
}

}  // namespace
}  // namespace tocsin::loop
