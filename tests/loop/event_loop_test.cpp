// SPDX-License-Identifier: Apache-2.0
#include "loop/event_loop.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <memory>
#include <string>
#include <thread>

namespace tocsin::loop {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, FiresTimersInTimeOrder) {
  auto loop = EventLoop::create().value();
  std::string order;
  Timer late{*loop, [&] {
               order += "late";
               loop->stop();
             }};
  Timer early{*loop, [&] {
                order += "early ";
              }};
  late.fire_after(20ms);
  early.fire_after(1ms);
  loop->run();
  EXPECT_EQ(order, "early late");
}

TEST(EventLoop, RunsWorkPostedFromAnotherThreadOnItsOwnThread) {
  auto loop = EventLoop::create().value();
  std::thread::id ran_on;
  const std::jthread other{[&] {
    loop->post([&] {
      ran_on = std::this_thread::get_id();
      loop->stop();
    });
  }};
  loop->run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(EventLoop, RunsPostedWorkInTheOrderPosted) {
  auto loop = EventLoop::create().value();
  std::string order;
  loop->post([&] { order += "a"; });
  loop->post([&] {
    order += "b";
    loop->post([&] {
      order += "d";
      loop->stop();
    });
    order += "c";
  });
  loop->run();
  EXPECT_EQ(order, "abcd");
}

TEST(EventLoop, CanRunAgainAfterItStopped) {
  auto loop = EventLoop::create().value();
  int rounds = 0;
  const auto stop_soon = [&] {
    loop->post([&] {
      ++rounds;
      loop->stop();
    });
  };
  stop_soon();
  loop->run();
  stop_soon();
  loop->run();
  EXPECT_EQ(rounds, 2);
}

TEST(Timer, DoesNotFireOnceDestroyed) {
  auto loop = EventLoop::create().value();
  bool fired = false;
  {
    Timer gone{*loop, [&] {
                 fired = true;
               }};
    gone.fire_after(0ms);
  }
  Timer end{*loop, [&] {
              loop->stop();
            }};
  end.fire_after(2ms);
  loop->run();
  EXPECT_FALSE(fired);
}

TEST(Timer, FiresOnlyAtTheLastTimeItWasSetTo) {
  auto loop = EventLoop::create().value();
  int fired = 0;
  Timer timer{*loop, [&] {
                ++fired;
              }};
  timer.fire_after(0ms);
  timer.fire_after(1ms);
  Timer end{*loop, [&] {
              loop->stop();
            }};
  end.fire_after(5ms);
  loop->run();
  EXPECT_EQ(fired, 1);
}

TEST(Timer, MayBeDestroyedByItsOwnCallback) {
  auto loop = EventLoop::create().value();
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(*loop, [&] {
    timer.reset();
    loop->stop();
  });
  timer->fire_after(0ms);
  loop->run();
  EXPECT_EQ(timer, nullptr);
}

TEST(FdWatch, CallsBackWhileItsDescriptorIsReady) {
  auto loop = EventLoop::create().value();
  const UniqueFd fd{::eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE)};
  int calls = 0;
  const FdWatch watch{*loop, fd.get(), EPOLLIN, [&](std::uint32_t events) {
                        EXPECT_EQ(events, std::uint32_t{EPOLLIN});
                        eventfd_t ignored = 0;
                        ::eventfd_read(fd.get(), &ignored);
                        if (++calls == 2) loop->stop();
                      }};
  loop->run();
  EXPECT_EQ(calls, 2);
}

TEST(FdWatch, MayBeEndedByAnotherWatchOfTheSameRound) {
  auto loop = EventLoop::create().value();
  const UniqueFd one{::eventfd(1, EFD_NONBLOCK)};
  const UniqueFd two{::eventfd(1, EFD_NONBLOCK)};
  std::unique_ptr<FdWatch> first;
  std::unique_ptr<FdWatch> second;
  int calls = 0;
  const auto end_both = [&](std::uint32_t) {
    ++calls;
    first.reset();
    second.reset();
    loop->stop();
  };
  first = std::make_unique<FdWatch>(*loop, one.get(), EPOLLIN, end_both);
  second = std::make_unique<FdWatch>(*loop, two.get(), EPOLLIN, end_both);
  loop->run();
  EXPECT_EQ(calls, 1);
}

TEST(FdWatch, ListensForWhatItWasToldLast) {
  auto loop = EventLoop::create().value();
  const UniqueFd fd{::eventfd(1, EFD_NONBLOCK)};
  std::uint32_t seen = 0;
  FdWatch watch{*loop, fd.get(), EPOLLIN, [&](std::uint32_t events) {
                  seen = events;
                  loop->stop();
                }};
  watch.listen_for(EPOLLOUT);
  loop->run();
  EXPECT_EQ(seen, std::uint32_t{EPOLLOUT});
}

}  // namespace
}  // namespace tocsin::loop
