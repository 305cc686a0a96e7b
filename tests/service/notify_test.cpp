// SPDX-License-Identifier: Apache-2.0
#include "service/notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <string>

#include "support/datagram_socket.hpp"

namespace tocsin::service {
namespace {

using namespace std::chrono_literals;
using testing::MatchesRegex;

class NotifyTest : public testing::Test {
 protected:
  NotifyTest() { ::setenv("NOTIFY_SOCKET", systemd_.path().c_str(), 1); }

  ~NotifyTest() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
  }

  test::DatagramSocket systemd_;
};

TEST_F(NotifyTest, TellsThatTheDaemonIsReadyAndHowItIs) {
  tell_ready("polling 12 feeds");
  EXPECT_EQ(systemd_.received(), "READY=1\nSTATUS=polling 12 feeds");
}

TEST_F(NotifyTest, TellsOfAReloadWithItsTime) {
  tell_reloading();
  EXPECT_THAT(systemd_.received(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
}

TEST_F(NotifyTest, TellsOfItsEnd) {
  tell_stopping();
  EXPECT_EQ(systemd_.received(), "STOPPING=1");
}

TEST_F(NotifyTest, LetsNoStatusPassForAnotherReport) {
  tell_status("fine\nSTOPPING=1");
  EXPECT_EQ(systemd_.received(), "STATUS=fine");
}

TEST_F(NotifyTest, SaysNothingWithoutASocket) {
  ::unsetenv("NOTIFY_SOCKET");
  tell_ready("x");
  EXPECT_EQ(systemd_.received(), "");
}

TEST_F(NotifyTest, ReportsTwiceAsOftenAsTheWatchdogAsks) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(watchdog_interval(), 15s);
}

TEST_F(NotifyTest, HasNoWatchdogUnlessAsked) {
  EXPECT_EQ(watchdog_interval(), std::nullopt);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(watchdog_interval(), std::nullopt) << "it is meant for another process";
}

TEST_F(NotifyTest, FeedsTheWatchdogAgainAndAgainWhileThereIsProgress) {
  auto loop = loop::EventLoop::create().value();
  int fed = 0;
  const loop::FdWatch watch{*loop, systemd_.fd(), EPOLLIN, [&](std::uint32_t) {
                              EXPECT_EQ(systemd_.received(), "WATCHDOG=1");
                              if (++fed == 2) loop->stop();
                            }};
  const Watchdog watchdog{*loop, 1ms, [] {
                            return true;
                          }};
  loop->run();
  EXPECT_EQ(fed, 2);
}

TEST_F(NotifyTest, StarvesTheWatchdogWhenThePipelineStandsStill) {
  auto loop = loop::EventLoop::create().value();
  int asked = 0;
  const Watchdog watchdog{*loop, 1ms, [&] {
                            if (++asked == 3) loop->stop();
                            return false;
                          }};
  loop->run();
  EXPECT_EQ(systemd_.received(), "");
}

}  // namespace
}  // namespace tocsin::service
