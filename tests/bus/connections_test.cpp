// SPDX-License-Identifier: Apache-2.0
#include "bus/connections.hpp"

#include <gtest/gtest.h>

namespace tocsin::bus {
namespace {

using std::chrono::seconds;

class ConnectionsTest : public testing::Test {
 protected:
  void connect(int descriptor, Door door = Door::ctl, bool is_local = false) {
    connections_.accepted(door, descriptor, is_local, now_);
  }

  void connect_and_enter(int descriptor) {
    connect(descriptor);
    connections_.admitted(now_);
  }

  /// For one more.
  bool has_room() {
    connect(next_++);
    const bool has = connections_.has_room(now_);
    connections_.closed(Door::ctl, next_ - 1);
    return has;
  }

  Connections connections_{2};
  int next_ = 1000;
  Connections::Instant now_{seconds{1000}};
};

TEST_F(ConnectionsTest, CountsEachDoorForItself) {
  connect(7, Door::pub);
  connect(7, Door::ctl);
  connect(8, Door::ctl);
  EXPECT_EQ(connections_.open(Door::pub), 1U);
  EXPECT_EQ(connections_.open(Door::ctl), 2U);
  connections_.closed(Door::ctl, 8);
  EXPECT_EQ(connections_.open(Door::ctl), 1U);
}

TEST_F(ConnectionsTest, AreFullOnceAsManyWereLetIn) {
  connect_and_enter(7);
  EXPECT_TRUE(has_room());
  connect_and_enter(8);
  EXPECT_FALSE(has_room());
}

TEST_F(ConnectionsTest, HaveRoomAgainWhenOneLeaves) {
  connect_and_enter(7);
  connect_and_enter(8);
  connections_.closed(Door::ctl, 7);
  EXPECT_TRUE(has_room());
}

TEST_F(ConnectionsTest, AreNotKeptFromOthersByThoseThatSayNothing) {
  for (int silent = 100; silent < 200; ++silent) connect(silent);
  connect_and_enter(7);
  EXPECT_TRUE(has_room());
}

TEST_F(ConnectionsTest, StayCountedWhenTheirHandshakeIsLongOver) {
  connect_and_enter(7);
  connect_and_enter(8);
  now_ += seconds{3600};
  EXPECT_FALSE(has_room());
  connections_.closed(Door::ctl, 7);
  EXPECT_TRUE(has_room());
}

TEST_F(ConnectionsTest, DoNotCountThoseThatCameAndWentMeanwhile) {
  for (int i = 0; i < 10; ++i) {
    connect_and_enter(7);
    connections_.closed(Door::ctl, 7);
  }
  EXPECT_TRUE(has_room());
  now_ += seconds{3600};
  EXPECT_TRUE(has_room());
}

TEST_F(ConnectionsTest, ForgetWhatCameOverTcpWhenItIsCut) {
  connect(7, Door::ctl, false);
  connect(8, Door::ctl, true);
  connect(9, Door::pub, false);
  connections_.cut_remote(Door::ctl);
  EXPECT_EQ(connections_.open(Door::ctl), 1U);
  EXPECT_EQ(connections_.open(Door::pub), 1U);
}

TEST_F(ConnectionsTest, TakeADescriptorThatComesAgainForANewOne) {
  connect_and_enter(7);
  now_ += seconds{60};
  connect_and_enter(7);
  now_ += seconds{60};
  EXPECT_TRUE(has_room());
  EXPECT_EQ(connections_.open(Door::ctl), 1U);
  connections_.closed(Door::ctl, 7);
  EXPECT_EQ(connections_.open(Door::ctl), 0U);
}

}  // namespace
}  // namespace tocsin::bus
