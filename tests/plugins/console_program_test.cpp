// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "bus/peer.hpp"
#include "bus/wire.hpp"
#include "support/fake_log.hpp"

namespace tocsin::console {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Ran {
  std::string output;
  int status = -1;
};

/// The program itself, against a wire over a log in memory.
class ConsoleProgram : public testing::Test {
 protected:
  void SetUp() override {
    bus::WireCallbacks callbacks;
    callbacks.on_acknowledge = [log = log_](const auto& said) mutable {
      log.acknowledge(said);
    };
    auto started = bus::Wire::start(
        {.runtime_directory = directory_.path(), .heartbeat = std::chrono::milliseconds{20}},
        log_.reader(), callbacks);
    ASSERT_TRUE(started);
    wire_ = std::move(*started);
  }

  [[nodiscard]] Ran run(const std::string& options) const {
    const std::string command = std::string{TOCSIN_CONSOLE} + " --for 30 --runtime " +
                                directory_.path() + " " + options + " 2>/dev/null";
    Ran ran;
    FILE* const pipe = ::popen(command.c_str(), "r");
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      ran.output += static_cast<char>(c);
    }
    ran.status = WEXITSTATUS(::pclose(pipe));
    return ran;
  }

  test::RuntimeDirectory directory_;
  test::FakeLog log_;
  std::unique_ptr<bus::Wire> wire_;
};

TEST_F(ConsoleProgram, PrintsAlertsAndStops) {
  log_.append("floods");
  log_.append("floods");
  const Ran ran = run("--from earliest --exit-after 2");
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, StartsWith("ALERT  floods"));
  EXPECT_THAT(ran.output, HasSubstr("1.000 ≥ 0.500 (2.0×)"));
}

TEST_F(ConsoleProgram, ColoursAPipeWhenTold) {
  log_.append("floods");
  EXPECT_THAT(run("--from earliest --exit-after 1 --color always").output, HasSubstr("\x1b[1m"));
}

TEST_F(ConsoleProgram, PrintsTheCloudEventsObjectOnOneLine) {
  log_.append("floods");
  const Ran ran = run("--from earliest --exit-after 1 --json");
  const auto object = nlohmann::json::parse(ran.output);
  EXPECT_EQ(object["specversion"], "1.0");
  EXPECT_EQ(ran.output.find('\n'), ran.output.size() - 1);
}

TEST_F(ConsoleProgram, ShowsTheTopicsItIsAskedFor) {
  log_.append("floods");
  log_.append("fires");
  const Ran ran = run("--from earliest --topic fires --exit-after 1 --one-line");
  EXPECT_THAT(ran.output, HasSubstr("  fires  "));
}

TEST_F(ConsoleProgram, GoesOnWhereItsNameStopped) {
  for (int i = 0; i < 3; ++i) log_.append(i < 2 ? "floods" : "fires");
  log_.acknowledge({"desk", 0});
  EXPECT_EQ(run("--name desk --exit-after 2 --one-line").status, 0);
  EXPECT_THAT(run("--name desk --exit-after 1 --one-line").output, HasSubstr("  fires  "));
}

TEST_F(ConsoleProgram, RefusesAWrongOption) {
  EXPECT_EQ(run("--colour always").status, 64);
  EXPECT_EQ(run("--from yesterday").status, 64);
}

}  // namespace
}  // namespace tocsin::console
