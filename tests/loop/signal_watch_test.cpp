// SPDX-License-Identifier: Apache-2.0
#include "loop/signal_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <vector>

namespace tocsin::loop {
namespace {

TEST(SignalWatch, CallsBackForEachOfItsSignals) {
  auto loop = EventLoop::create().value();
  std::vector<int> seen;
  const auto watch = SignalWatch::create(*loop, [&](int signal) {
                       seen.push_back(signal);
                       if (seen.size() == 3) loop->stop();
                     }).value();
  ::raise(SIGHUP);
  ::raise(SIGINT);
  ::raise(SIGTERM);
  loop->run();
  EXPECT_THAT(seen, testing::UnorderedElementsAre(SIGHUP, SIGINT, SIGTERM));
}

TEST(SignalWatch, MayBeDestroyedByItsOwnCallback) {
  auto loop = EventLoop::create().value();
  std::unique_ptr<SignalWatch> watch;
  watch = SignalWatch::create(*loop, [&](int) {
            watch.reset();
            loop->stop();
          }).value();
  ::raise(SIGHUP);
  loop->run();
  EXPECT_EQ(watch, nullptr);
}

}  // namespace
}  // namespace tocsin::loop
