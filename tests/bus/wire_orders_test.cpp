// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "bus/wire_fixture.hpp"
#include "loop/bounded_queue.hpp"

namespace tocsin::bus {
namespace {

constexpr std::chrono::minutes patience{1};

class WireOrders : public WireTest {};

/// Keeps the wire thread from its work, from the moment it is made until it goes.
class Stop {
 public:
  explicit Stop(Wire& wire) {
    wire.forget("stop", [this](const Result<void>&) {
      static_cast<void>(begun_.try_push(true));
      static_cast<void>(gate_.pop_wait_for(patience));
      static_cast<void>(ended_.try_push(true));
    });
    static_cast<void>(begun_.pop_wait_for(patience));
  }

  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  ~Stop() {
    gate_.try_push(true);
    static_cast<void>(ended_.pop_wait_for(patience));
  }

 private:
  loop::BoundedQueue<bool> begun_{1};
  loop::BoundedQueue<bool> gate_{1};
  loop::BoundedQueue<bool> ended_{1};
};

TEST_F(WireOrders, HasRoomForTheEndOfEveryNameThatItBeganToForget) {
  start();
  loop::BoundedQueue<Result<void>> told{leaving_limit};
  const auto tell = [&told](Result<void> result) {
    told.push_wait(std::move(result));
  };
  const auto name = [](std::size_t i) {
    return "desk-" + std::to_string(i);
  };
  for (std::size_t i = 0; i < leaving_limit; ++i) {
    wire_->forget(name(i), tell);
    EXPECT_TRUE(told.pop_wait_for(patience).value());
  }
  wire_->forget("one-more", tell);
  EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
  {
    const Stop stop{*wire_};
    for (std::size_t i = 0; i < leaving_limit; ++i) wire_->forgotten(name(i), true, tell);
    EXPECT_EQ(told.size(), 0U);
    wire_->forgotten("never-begun", true, tell);
    EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
  }
  for (std::size_t i = 0; i < leaving_limit; ++i) {
    EXPECT_TRUE(told.pop_wait_for(patience).value());
  }
  wire_->forget("one-more", tell);
  EXPECT_TRUE(told.pop_wait_for(patience).value());
}

TEST_F(WireOrders, TellsThatTooMuchWaitsForIt) {
  start();
  loop::BoundedQueue<Result<void>> told{1};
  const Stop stop{*wire_};
  constexpr int more_than_it_takes = 100'000;
  int taken = 0;
  while (taken < more_than_it_takes && wire_->set_grants({})) ++taken;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, more_than_it_takes);
  wire_->forget("archive", [&told](Result<void> begun) { told.push_wait(std::move(begun)); });
  EXPECT_EQ(told.pop_wait_for(patience).value().error().code, Errc::busy);
}

}  // namespace
}  // namespace tocsin::bus
