// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "bus/peer.hpp"
#include "bus/wire.hpp"
#include "support/fake_log.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {
namespace {

using test::FakeLog;
using testing::ElementsAre;
using testing::HasSubstr;

/// Plugins against a real wire over a log in memory. The handler also plays the daemon's ledger:
/// what it publishes while it handles one alert is what comes next.
class RunTest : public testing::Test {
 protected:
  void SetUp() override { start_daemon(); }

  void start_daemon() {
    const bus::WireOptions options{.runtime_directory = directory_.path(),
                                   .heartbeat = std::chrono::milliseconds{20}};
    bus::WireCallbacks callbacks;
    callbacks.on_acknowledge = [log = log_](const auto& said) mutable {
      log.acknowledge(said);
    };
    callbacks.on_verdict = [this](const bus::Verdict& verdict, const bus::SettledReply& reply) {
      reply(settle(verdict));
    };
    callbacks.on_due = [this](const bus::DueRequest&, const bus::DueReply& reply) {
      reply(due());
    };
    auto started = bus::Wire::start(options, log_.reader(), callbacks);
    ASSERT_TRUE(started) << started.error().message;
    wire_ = std::move(*started);
  }

  /// The ledger's part: what is given back is due again at once. On the wire's thread.
  bus::Settled settle(const bus::Verdict& verdict) {
    using Kind = bus::Verdict::Kind;
    verdicts_.push_back(verdict);
    if (verdict.kind != Kind::later) parked_.erase(verdict.seq);
    if (verdict.kind == Kind::done) return {.state = "done"};
    if (verdict.kind == Kind::never) return {.state = "dead"};
    parked_[verdict.seq] = verdict.attempt;
    return {.state = "parked", .retry_in = std::chrono::milliseconds{0}};
  }

  bus::DueRecords due() {
    bus::DueRecords due;
    const auto reader = log_.reader();
    for (auto& [seq, attempt] : parked_) {
      auto page = reader->read({.after = seq - 1, .filters = {}, .max_records = 1});
      due.records.push_back({.record = page->records.at(0), .attempt = ++attempt});
    }
    return due;
  }

  Config config(std::uint64_t exit_after) {
    Config config;
    config.name = "archive";
    config.connect = "ipc:" + directory_.path();
    config.from.place = From::Place::acknowledged;
    config.exit_after = exit_after;
    config.run_for = std::chrono::seconds{30};  // a test that hangs fails
    config.log = [this](std::string_view line) {
      said_ += std::string{line} + "\n";
    };
    config.on_gap = [this](const Gap& gap) {
      gaps_.push_back(gap);
    };
    return config;
  }

  Handler keep() {
    return [this](const Alert&, const Delivery& delivery) {
      seen_.push_back(delivery.seq);
      return Ok{};
    };
  }

  test::RuntimeDirectory directory_;
  FakeLog log_;
  std::unique_ptr<bus::Wire> wire_;
  std::vector<std::uint64_t> seen_;
  std::vector<bus::Verdict> verdicts_;  // read once the wire is gone
  std::map<std::uint64_t, int> parked_;
  std::vector<Gap> gaps_;
  std::string said_;
};

TEST_F(RunTest, CatchesUpFromTheLog) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  Config catching_up = config(3);
  catching_up.from.place = From::Place::earliest;
  EXPECT_EQ(run(catching_up, keep()), 0);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3));
  EXPECT_EQ(log_.acknowledged("archive"), 3U);
}

TEST_F(RunTest, GoesOnWhereItStopped) {
  for (int i = 0; i < 5; ++i) log_.append("floods");
  log_.acknowledge({"archive", 1});
  EXPECT_EQ(run(config(2), keep()), 0);
  EXPECT_EQ(run(config(2), keep()), 0);
  EXPECT_THAT(seen_, ElementsAre(2, 3, 4, 5));
}

TEST_F(RunTest, TakesLiveAlertsAsTheyCome) {
  log_.acknowledge({"archive", 0});
  log_.append("floods");
  Config live = config(50);
  EXPECT_EQ(run(live,
                [&](const Alert&, const Delivery& delivery) {
                  seen_.push_back(delivery.seq);
                  wire_->publish({log_.append(delivery.seq % 3 == 0 ? "fires" : "floods")});
                  return Ok{};
                }),
            0);
  std::vector<std::uint64_t> expected(50);
  std::iota(expected.begin(), expected.end(), 1U);
  EXPECT_EQ(seen_, expected);
  EXPECT_GE(log_.acknowledged("archive"), 50U);
}

TEST_F(RunTest, FindsAgainWhatWasNeverPublished) {
  log_.acknowledge({"archive", 0});
  log_.append("floods");
  EXPECT_EQ(run(config(3),
                [&](const Alert&, const Delivery& delivery) {
                  seen_.push_back(delivery.seq);
                  if (delivery.seq == 1) {
                    log_.append("floods");  // committed, and its live frame lost
                    wire_->publish({log_.append("floods")});
                  }
                  return Ok{};
                }),
            0);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3));
}

TEST_F(RunTest, SeesOnlyTheTopicsItAsksFor) {
  log_.append("floods");
  log_.append("fires");
  log_.append("fires");
  log_.acknowledge({"archive", 0});
  Config filtered = config(2);
  filtered.filters = {"alert/fires/"};
  EXPECT_EQ(run(filtered, keep()), 0);
  EXPECT_THAT(seen_, ElementsAre(2, 3));
}

TEST_F(RunTest, OutlivesARestartOfTheDaemonAndSeesNothingTwice) {
  for (int i = 0; i < 2; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(4),
                [&](const Alert&, const Delivery& delivery) {
                  seen_.push_back(delivery.seq);
                  if (delivery.seq == 2) {
                    wire_.reset();
                    log_.append("floods");
                    log_.append("floods");
                    start_daemon();
                  }
                  return Ok{};
                }),
            0);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3, 4));
}

TEST_F(RunTest, IsToldWhatRetentionTook) {
  for (int i = 0; i < 6; ++i) log_.append("floods");
  log_.acknowledge({"archive", 1});
  log_.retain_from(5);
  EXPECT_EQ(run(config(2), keep()), 0);
  EXPECT_THAT(seen_, ElementsAre(5, 6));
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].after, 1U);
  EXPECT_EQ(gaps_[0].floor, 5U);
  EXPECT_EQ(gaps_[0].reason, "retention");
}

TEST_F(RunTest, StartsAgainWhenTheLogIsAnotherOne) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(5),
                [&](const Alert&, const Delivery& delivery) {
                  seen_.push_back(delivery.seq);
                  if (seen_.size() == 3) {
                    log_.recreate("e2");
                    log_.append("floods");
                    log_.append("floods");
                  }
                  return Ok{};
                }),
            0);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3, 1, 2));
  ASSERT_EQ(gaps_.size(), 1U);
  EXPECT_EQ(gaps_[0].reason, "epoch");
}

TEST_F(RunTest, TriesAnAlertAgainBeforeTheNext) {
  for (int i = 0; i < 2; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(2),
                [&](const Alert&, const Delivery& delivery) -> Outcome {
                  seen_.push_back(delivery.seq);
                  if (seen_.size() == 1) return Retry{.after = std::chrono::milliseconds{100}};
                  return Ok{};
                }),
            0);
  EXPECT_THAT(seen_, ElementsAre(1, 1, 2));
}

TEST_F(RunTest, TellsTheDaemonWhatItDropped) {
  for (int i = 0; i < 2; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(1),
                [&](const Alert&, const Delivery& delivery) -> Outcome {
                  if (delivery.seq == 1) return Drop{"no such room"};
                  return Ok{};
                }),
            0);
  wire_.reset();
  ASSERT_EQ(verdicts_.size(), 1U);
  EXPECT_EQ(verdicts_[0].seq, 1U);
  EXPECT_EQ(verdicts_[0].reason, "no such room");
  EXPECT_EQ(verdicts_[0].kind, bus::Verdict::Kind::never);
  EXPECT_EQ(log_.acknowledged("archive"), 2U);
}

TEST_F(RunTest, GivesBackWhatItCannotHandleAndTakesItAgain) {
  for (int i = 0; i < 2; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  std::vector<unsigned> attempts;
  EXPECT_EQ(run(config(2),
                [&](const Alert&, const Delivery& delivery) -> Outcome {
                  seen_.push_back(delivery.seq);
                  if (delivery.seq != 1) return Ok{};
                  attempts.push_back(delivery.attempt);
                  if (attempts.size() == 3) return Ok{};
                  return Retry{.after = std::chrono::seconds{2}, .reason = "down"};
                }),
            0);
  wire_.reset();
  EXPECT_THAT(seen_, testing::UnorderedElementsAre(1, 2, 1, 1));
  EXPECT_THAT(attempts, ElementsAre(1, 2, 3));
  ASSERT_EQ(verdicts_.size(), 3U);
  EXPECT_EQ(verdicts_[0].retry_after, std::chrono::seconds{2});
  EXPECT_EQ(verdicts_[1].attempt, 2);
  EXPECT_EQ(verdicts_[2].kind, bus::Verdict::Kind::done);
  EXPECT_EQ(log_.acknowledged("archive"), 2U);
}

TEST_F(RunTest, HoldsUpWhatComesAfterAFailureWhereOrderMatters) {
  for (int i = 0; i < 2; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  Config in_order = config(2);
  in_order.keep_order = true;
  EXPECT_EQ(run(in_order,
                [&](const Alert&, const Delivery& delivery) -> Outcome {
                  seen_.push_back(delivery.seq);
                  if (seen_.size() == 1) return Retry{.after = std::chrono::milliseconds{100}};
                  return Ok{};
                }),
            0);
  wire_.reset();
  EXPECT_THAT(seen_, ElementsAre(1, 1, 2));
  EXPECT_TRUE(verdicts_.empty());
}

TEST_F(RunTest, DoesNotAcknowledgeTheAlertAtWhichItHalts) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(3),
                [&](const Alert&, const Delivery& delivery) -> Outcome {
                  if (delivery.seq == 2) return Halt{"disk full"};
                  return Ok{};
                }),
            1);
  EXPECT_EQ(log_.acknowledged("archive"), 1U);
}

TEST_F(RunTest, FinishesAndAcknowledgesOnSigterm) {
  for (int i = 0; i < 3; ++i) log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(3),
                [&](const Alert&, const Delivery& delivery) {
                  seen_.push_back(delivery.seq);
                  if (delivery.seq == 2) ::raise(SIGTERM);
                  return Ok{};
                }),
            0);
  EXPECT_THAT(seen_, ElementsAre(1, 2));
  EXPECT_EQ(log_.acknowledged("archive"), 2U);
}

TEST_F(RunTest, GivesWayToTheHolderOfItsName) {
  test::Peer holder{wire_->endpoints().ctl.front()};
  ASSERT_EQ(holder.ask("HELLO", {{"name", "archive"}}).verb, "WELCOME");
  EXPECT_EQ(run(config(1), keep()), 75);
  EXPECT_THAT(said_, HasSubstr("busy"));
}

TEST_F(RunTest, EndsWhenItsNameIsTakenOver) {
  log_.append("floods");
  log_.acknowledge({"archive", 0});
  test::Peer other{wire_->endpoints().ctl.front()};
  EXPECT_EQ(run(config(2),
                [&](const Alert&, const Delivery&) {
                  other.ask("HELLO", {{"name", "archive"}, {"takeover", true}});
                  return Ok{};
                }),
            75);
}

TEST_F(RunTest, RefusesAConfigurationThatCannotWork) {
  Config wrong = config(1);
  wrong.connect = "tcp://127.0.0.1:1";
  EXPECT_EQ(run(wrong, keep()), 64);
  wrong = config(1);
  wrong.filters = {std::string(201, 'a')};
  EXPECT_EQ(run(wrong, keep()), 64);
  wrong = config(1);
  wrong.name = "No Such Name";
  EXPECT_EQ(run(wrong, keep()), 64);
}

TEST_F(RunTest, TellsTheServiceManagerThatItIsReadyAndThatItStops) {
  const UniqueFd manager{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = directory_.path() + "/notify";
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  ASSERT_EQ(::bind(manager.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ::setenv("WATCHDOG_USEC", "1000000", 1);
  log_.append("floods");
  log_.acknowledge({"archive", 0});
  EXPECT_EQ(run(config(1), keep()), 0);
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  std::string told;
  std::array<char, 256> bytes{};
  for (auto size = ::recv(manager.get(), bytes.data(), bytes.size(), 0); size > 0;
       size = ::recv(manager.get(), bytes.data(), bytes.size(), 0)) {
    told += std::string{bytes.data(), static_cast<std::size_t>(size)} + "\n";
  }
  EXPECT_THAT(told, HasSubstr("READY=1"));
  EXPECT_THAT(told, HasSubstr("WATCHDOG=1"));
  EXPECT_THAT(told, HasSubstr("STOPPING=1"));
}

TEST(Connect, UnderstandsADirectoryAndAPairOfEndpoints) {
  EXPECT_EQ(endpoints_of("ipc:/run/tocsin").value().ctl, "ipc:///run/tocsin/ctl.sock");
  const auto pair = endpoints_of("tcp://127.0.0.1:1,tcp://127.0.0.1:2").value();
  EXPECT_EQ(pair.pub, "tcp://127.0.0.1:1");
  EXPECT_EQ(pair.ctl, "tcp://127.0.0.1:2");
}

TEST(Connect, RefusesWhatItDoesNotUnderstand) {
  for (const char* wrong : {"ipc:relative", "/run/tocsin", "ipc:///run/pub.sock", "tcp://a:1",
                            "tcp://a:1,", "http://a,http://b"}) {
    EXPECT_FALSE(endpoints_of(wrong)) << wrong;
  }
}

TEST(Connect, FindsTheRuntimeDirectoryInTheEnvironment) {
  ::setenv("TOCSIN_RUNTIME", "/tmp/here", 1);
  EXPECT_EQ(default_runtime_directory(), "/tmp/here");
  ::unsetenv("TOCSIN_RUNTIME");
}

}  // namespace
}  // namespace tocsin::plugin
