// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
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
    wire.forget("stop", [at = at_](const Result<void>&) {
      static_cast<void>(at->begun.try_push(true));
      static_cast<void>(at->gate.pop_wait_for(patience));
    });
    static_cast<void>(at_->begun.pop_wait_for(patience));
  }

  Stop(const Stop&) = delete;
  Stop& operator=(const Stop&) = delete;

  ~Stop() { static_cast<void>(at_->gate.try_push(true)); }

 private:
  struct Gates {
    loop::BoundedQueue<bool> begun{1};
    loop::BoundedQueue<bool> gate{1};
  };

  std::shared_ptr<Gates> at_ =
      std::make_shared<Gates>();  ///< The thread's too, which may leave last.
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
  wire_->stop();  // before what its thread tells goes
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
