// SPDX-License-Identifier: Apache-2.0
#include "loop/counter.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tocsin::loop {
namespace {

TEST(Counter, LosesNoneOfWhatTwoThreadsAdd) {
  Counter counter;
  const auto add_many = [&counter] {
    for (int i = 0; i < 1000; ++i) counter.add(2);
  };
  {
    const std::jthread one{add_many};
    const std::jthread other{add_many};
  }
  EXPECT_EQ(counter.value(), 4000U);
}

TEST(Gauge, HoldsWhatWasSetAndAdded) {
  Gauge gauge;
  gauge.set(5);
  gauge.add(-7);
  EXPECT_EQ(gauge.value(), -2);
}

TEST(Flag, IsSeenUpByAnotherThreadWithWhatWasWrittenBefore) {
  Flag flag;
  int written = 0;
  int seen = 0;
  {
    const std::jthread reader{[&] {
      while (!flag.is_up()) std::this_thread::yield();
      seen = written;
    }};
    written = 7;
    flag.raise();
  }
  EXPECT_EQ(seen, 7);
}

TEST(Flag, CanBeLoweredAgain) {
  Flag flag;
  flag.raise();
  flag.lower();
  EXPECT_FALSE(flag.is_up());
}

}  // namespace
}  // namespace tocsin::loop
