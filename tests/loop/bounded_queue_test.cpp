// SPDX-License-Identifier: Apache-2.0
#include "loop/bounded_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <thread>
#include <vector>

namespace tocsin::loop {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr auto long_enough = 10s;  // a bound for what should happen at once

bool is_readable(int fd) {
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(BoundedQueue, HandsValuesOverInTheOrderTheyCame) {
  BoundedQueue<int> queue{3};
  EXPECT_TRUE(queue.push_wait(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_EQ(queue.pop_wait_for(0ms), 1);
  EXPECT_EQ(queue.pop_wait_for(0ms), 2);
}

TEST(BoundedQueue, DropsAndCountsWhatDoesNotFit) {
  BoundedQueue<int> queue{1};
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_FALSE(queue.try_push(2));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(BoundedQueue, LetsAPusherInOnceAnotherThreadHasTakenOne) {
  BoundedQueue<int> queue{1};
  ASSERT_TRUE(queue.push_wait(1));
  const std::jthread taker{[&queue] {
    EXPECT_EQ(queue.pop_wait_for(long_enough), 1);
  }};
  EXPECT_TRUE(queue.push_wait(2));
  EXPECT_EQ(queue.pop_wait_for(long_enough), 2);
}

TEST(BoundedQueue, GivesNothingWhenNothingCameInTime) {
  BoundedQueue<int> queue{1};
  EXPECT_EQ(queue.pop_wait_for(1ms), std::nullopt);
}

TEST(BoundedQueue, MovesAtMostAsManyAsAskedFor) {
  BoundedQueue<int> queue{4};
  for (const int value : {1, 2, 3}) ASSERT_TRUE(queue.try_push(value));
  std::vector<int> taken{0};
  EXPECT_EQ(queue.drain_into(taken, 2), 2U);
  EXPECT_THAT(taken, ElementsAre(0, 1, 2));
  EXPECT_EQ(queue.size(), 1U);
}

TEST(BoundedQueue, CarriesValuesThatCanOnlyBeMoved) {
  BoundedQueue<std::unique_ptr<int>> queue{1};
  ASSERT_TRUE(queue.push_wait(std::make_unique<int>(7)));
  const auto taken = queue.pop_wait_for(0ms);
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(**taken, 7);
}

TEST(BoundedQueue, TakesNothingMoreOnceClosedButGivesWhatItHas) {
  BoundedQueue<int> queue{2};
  ASSERT_TRUE(queue.try_push(1));
  queue.close();
  EXPECT_FALSE(queue.try_push(2));
  EXPECT_FALSE(queue.push_wait(3));
  EXPECT_EQ(queue.dropped(), 0U) << "closing is no overflow";
  EXPECT_EQ(queue.pop_wait_for(long_enough), 1);
  EXPECT_EQ(queue.pop_wait_for(long_enough), std::nullopt);
  EXPECT_TRUE(queue.is_closed());
}

TEST(BoundedQueue, WakesAWaitingPusherWhenClosed) {
  BoundedQueue<int> queue{1};
  ASSERT_TRUE(queue.try_push(1));
  const std::jthread closer{[&queue] {
    queue.close();
  }};
  EXPECT_FALSE(queue.push_wait(2));
}

TEST(BoundedQueue, IsReadableWhileItHoldsSomething) {
  BoundedQueue<int> queue{2};
  const auto fd = queue.fd();
  ASSERT_TRUE(fd) << fd.error().message;
  EXPECT_FALSE(is_readable(*fd));
  ASSERT_TRUE(queue.try_push(1));
  ASSERT_TRUE(queue.try_push(2));
  EXPECT_TRUE(is_readable(*fd));
  EXPECT_EQ(queue.pop_wait_for(0ms), 1);
  EXPECT_TRUE(is_readable(*fd)) << "one is left";
  std::vector<int> rest;
  EXPECT_EQ(queue.drain_into(rest, 9), 1U);
  EXPECT_FALSE(is_readable(*fd));
}

TEST(BoundedQueue, IsReadableAtOnceWhenAskedAfterTheFirstValue) {
  BoundedQueue<int> queue{1};
  ASSERT_TRUE(queue.try_push(1));
  const auto fd = queue.fd();
  ASSERT_TRUE(fd) << fd.error().message;
  EXPECT_TRUE(is_readable(*fd));
}

TEST(BoundedQueue, StaysReadableWhenClosedSoThatTheReaderLearnsOfIt) {
  BoundedQueue<int> queue{1};
  const auto fd = queue.fd();
  ASSERT_TRUE(fd) << fd.error().message;
  ASSERT_TRUE(queue.try_push(1));
  queue.close();
  EXPECT_EQ(queue.pop_wait_for(0ms), 1);
  EXPECT_TRUE(is_readable(*fd));
}

TEST(BoundedQueue, LosesNothingBetweenManyThreads) {
  BoundedQueue<int> queue{8};
  int sum = 0;
  {
    const auto push_many = [&queue] {
      for (int i = 1; i <= 500; ++i) queue.push_wait(i);
    };
    const std::jthread one{push_many};
    const std::jthread other{push_many};
    for (int i = 0; i < 1000; ++i) sum += queue.pop_wait_for(long_enough).value_or(0);
  }
  EXPECT_EQ(sum, 2 * (500 * 501 / 2));
}

}  // namespace
}  // namespace tocsin::loop
