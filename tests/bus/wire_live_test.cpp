// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bus/peer.hpp"
#include "bus/wire_fixture.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;
using test::FakeLog;
using test::Listener;
using testing::HasSubstr;

class WireLive : public WireTest {};

TEST_F(WireLive, SendsTopicFrameThenHeaderThenPayload) {
  start();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  wire_->publish({log_.append("floods", "payload")});
  const auto frames = listener.receive_alert();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0], "alert/floods/3/");
  const json header = json::parse(frames[1]);
  EXPECT_EQ(header["v"], 1);
  EXPECT_EQ(header["epoch"], "e1");
  EXPECT_EQ(header["seq"], 1);
  EXPECT_EQ(header["prev"], 0);
  EXPECT_EQ(frames[2], "payload");
}

TEST_F(WireLive, LosesNothingOnceAReaderHasSeenHead) {
  start_on_tcp();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  for (int i = 0; i < 300; ++i) publish("floods");
  std::uint64_t last = 0;
  for (int i = 0; i < 300; ++i) {
    const auto frames = listener.receive_alert();
    ASSERT_EQ(frames.size(), 3U);
    const std::uint64_t seq = json::parse(frames[1])["seq"];
    ASSERT_EQ(seq, last + 1);
    last = seq;
  }
}

TEST_F(WireLive, TellsTheHeadOfTheLogWhileNothingHappens) {
  log_.append("floods");
  log_.append("floods");
  start();
  Listener listener{pub(), "~head/"};
  const json head = listener.receive_head();
  EXPECT_EQ(head["v"], 1);
  EXPECT_EQ(head["epoch"], "e1");
  EXPECT_EQ(head["seq"], 2);
  EXPECT_EQ(head["floor"], 1);
  EXPECT_EQ(head["state"], "ok");
  EXPECT_THAT(head["ts"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST_F(WireLive, CallsItselfDegradedWhileTheLogCannotBeRead) {
  start();
  Listener listener{pub(), "~head/"};
  EXPECT_EQ(listener.receive_head()["state"], "ok");
  log_.fail_reads(true);
  json head = listener.receive_head();
  while (head["state"] == "ok") head = listener.receive_head();
  EXPECT_EQ(head["state"], "degraded");
}

TEST_F(WireLive, MakesItsSocketFilesReadableByTheGroupOnly) {
  start();

  struct stat status {};

  ASSERT_EQ(::stat((directory_.path() + "/ctl.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  ASSERT_EQ(::stat((directory_.path() + "/pub.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
}

TEST_F(WireLive, TellsThePortThatItWasGiven) {
  start_on_tcp();
  EXPECT_THAT(pub(), testing::MatchesRegex("tcp://127\\.0\\.0\\.1:[1-9][0-9]*"));
  EXPECT_NE(pub(), ctl());
}

TEST_F(WireLive, NamesThePortThatIsTaken) {
  start_on_tcp();
  const std::string taken = pub();
  const WireOptions options{.runtime_directory = directory_.path(), .pub_endpoints = {taken}};
  const auto second = Wire::start(options, log_.reader(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().message, HasSubstr(taken));
}

class RefusedEndpoint : public testing::TestWithParam<const char*> {};

TEST_P(RefusedEndpoint, IsNeverBound) {
  const WireOptions options{.pub_endpoints = {GetParam()}, .ctl_endpoints = {"tcp://127.0.0.1:0"}};
  const auto wire = Wire::start(options, FakeLog{}.reader(), {});
  ASSERT_FALSE(wire);
  EXPECT_THAT(wire.error().message, HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(WithoutKeys, RefusedEndpoint,
                         testing::Values("tcp://0.0.0.0:0", "tcp://*:0", "tcp://192.168.1.5:0",
                                         "tcp://127.0.0.1.example.org:0", "tcp://[::]:0",
                                         "tcp://eth0:0", "inproc://x", "ipc://relative.sock",
                                         "ipc://@abstract", "epgm://eth0;239.0.0.1:1", ""));

TEST_F(WireLive, NeverSlowsOneSubscriberForAnother) {
  start({.hwm = 10});
  Listener stalled{pub(), "alert/", 1};  // never reads
  Listener brisk{pub(), "alert/"};
  static_cast<void>(stalled.receive_head());
  static_cast<void>(brisk.receive_head());
  const std::string payload(30'000, 'x');  // beyond what the kernel's buffers swallow
  for (int i = 0; i < 500; ++i) {
    wire_->publish({log_.append("floods", payload)});
    ASSERT_EQ(brisk.receive_alert().size(), 3U) << i;
  }
  wire_->stop();  // the last frame may arrive before it is counted
  EXPECT_EQ(wire_->counters().published, 500U);
  EXPECT_EQ(wire_->counters().dropped, 0U);
}

TEST_F(WireLive, DropsLiveFramesRatherThanMakeTheLedgerWait) {
  start({.queue_limit = 1});
  std::vector<alert::LogRecord> records;
  for (int i = 0; i < 5000; ++i) records.push_back(log_.append("floods", "x"));
  wire_->publish(std::move(records));
  wire_->stop();
  const WireCounters counters = wire_->counters();
  EXPECT_GT(counters.dropped, 0U);
  EXPECT_EQ(counters.published + counters.dropped, 5000U);
}

TEST_F(WireLive, SendsWhatIsQueuedBeforeItStops) {
  start();
  Listener listener{pub(), "alert/"};
  static_cast<void>(listener.receive_head());
  for (int i = 0; i < 100; ++i) publish("floods");
  wire_->stop();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(listener.receive_alert().size(), 3U);
}

}  // namespace
}  // namespace tocsin::bus
