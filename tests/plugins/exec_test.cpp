// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "exec/child.hpp"
#include "exec/command.hpp"
#include "exec/runs.hpp"
#include "support/sample_alert.hpp"
#include "support/temp_dir.hpp"

namespace tocsin::exec {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

Fields fields_with(const std::string& title) {
  alert::Alert alert = test::sample_alert();
  alert.item.title = title;
  return fields_of(alert, {.seq = 7});
}

Words words_for(Words words, const std::string& title) {
  return Command::read(std::move(words)).value().words_for(fields_with(title)).value();
}

std::string refusal(Words words) {
  const auto command = Command::read(std::move(words));
  return command ? "" : command.error().message;
}

TEST(ExecCommand, PutsPartsOfTheAlertIntoItsWords) {
  EXPECT_THAT(words_for({"/bin/x", "-s{severity}", "--", "{title} ({source})"}, "Flood"),
              ElementsAre("/bin/x", "-s3", "--", "Flood (Example News)"));
}

TEST(ExecCommand, LeavesOtherBracesAlone) {
  EXPECT_THAT(words_for({"/bin/x", R"({"a":{}} {)"}, "Flood"),
              ElementsAre("/bin/x", R"({"a":{}} {)"));
}

TEST(ExecCommand, HandsShellCharactersOverAsTheyAre) {
  const std::string title = "$(reboot) `id` ; rm -rf ~ | ' \" \\ *";
  EXPECT_EQ(words_for({"/bin/x", "--", "{title}"}, title).back(), title);
}

TEST(ExecCommand, WantsDashesBeforeWhatCouldBecomeAnOption) {
  EXPECT_THAT(refusal({"/bin/x", "{title}"}), HasSubstr("'{title}' could become an option"));
  EXPECT_EQ(refusal({"/bin/x", "--", "{title}"}), "");
  EXPECT_EQ(refusal({"/bin/x", "--text={title}"}), "");
  EXPECT_EQ(refusal({"/bin/x", "{severity}"}), "");
}

TEST(ExecCommand, LetsNoFieldBecomeAnOptionWhateverItHolds) {
  alert::Alert alert = test::sample_alert();
  alert.id = "--config=/etc/evil";
  const auto command = Command::read({"/bin/x", "{id}"}).value();
  EXPECT_FALSE(command.words_for(fields_of(alert, {})));
}

TEST(ExecCommand, NamesAPartThatIsNone) {
  EXPECT_EQ(refusal({"/bin/x", "-t{titel}"}),
            "command: '{titel}' is no part of an alert; did you mean 'title'?");
}

TEST(ExecCommand, WantsAnAbsolutePath) {
  EXPECT_EQ(refusal({"mail"}), "command: 'mail' must be an absolute path");
  EXPECT_EQ(refusal({}), "command: is empty");
}

TEST(ExecCommand, NamesEveryMistakeAtItsWord) {
  const auto mistakes = Command::mistakes_in({"mail", "{title}", "{titel}", "--", "{title}"});
  ASSERT_EQ(mistakes.size(), 3U);
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    EXPECT_EQ(mistakes[i].option, "command");
    EXPECT_EQ(mistakes[i].at, i);
  }
}

TEST(ExecFields, StandOnOneLineWithoutWhatSteersATerminal) {
  const auto words = words_for({"/bin/x", "--", "{title}"},
                               "a\nb\tc\x1b[31m \xE2\x80\xAE"
                               "desrever\xE2\x81\xA9 e\xE2\x80\xA8"
                               "f");
  EXPECT_EQ(words.back(), "a b c[31m  desrever  e f");
}

TEST(ExecFields, AreCut) {
  EXPECT_LE(words_for({"/bin/x", "--", "{title}"}, std::string(64 << 10, 'x')).back().size(),
            2048U);
}

TEST(ExecFields, TellAnOperatorAlertByItsSummary) {
  const auto fields = fields_of(test::sample_operator_alert(), {});
  EXPECT_THAT(fields, Contains(testing::Pair("title", HasSubstr("has failed 8 times"))));
}

TEST(ExecEnvironment, HoldsTheFieldsAndWhatIsKeptAndNothingElse) {
  ::setenv("EXEC_TEST_KEPT", "yes", 1);
  ::setenv("EXEC_TEST_SECRET", "no", 1);
  const auto environment = environment_for({{"title", "Flood"}}, {"EXEC_TEST_KEPT", "NOT_SET"});
  EXPECT_THAT(environment,
              ElementsAre("TOCSIN_TITLE=Flood", "EXEC_TEST_KEPT=yes", "PATH=/usr/bin:/bin"));
}

TEST(ExecEnvironment, LetsNobodyOverrideAField) {
  ::setenv("TOCSIN_TITLE", "other", 1);
  EXPECT_THAT(environment_for({{"title", "Flood"}}, {"TOCSIN_TITLE"}),
              ElementsAre("TOCSIN_TITLE=Flood", "PATH=/usr/bin:/bin"));
  ::unsetenv("TOCSIN_TITLE");
}

/// False for what is dead and only not yet reaped.
bool is_alive(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string number;
  std::string name;
  std::string state;
  return static_cast<bool>(file >> number >> name >> state) && state != "Z";
}

/// Runs a script of the shell to its end; the shell is only what the tests write their programs in.
class ExecChild : public testing::Test {
 protected:
  Ended run(const std::string& script, const std::string& input = "") {
    auto child =
        Child::start({"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin", "A=b"}, input, limits_);
    EXPECT_TRUE(child) << child.error().message;
    while (true) {
      if (const auto ended = child->look(std::chrono::steady_clock::now())) return *ended;
      ::poll(nullptr, 0, 1);
    }
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{folder_.file(name)}.rdbuf();
    return text.str();
  }

  test::TempDir folder_;
  Limits limits_{.grace = std::chrono::milliseconds{50}};
};

TEST_F(ExecChild, TellsTheExitStatusAndTheLastLine) {
  const Ended ended = run("echo one; echo two >&2; exit 3");
  EXPECT_EQ(ended.code, 3);
  EXPECT_EQ(ended.said, "two");
}

TEST_F(ExecChild, TellsTheSignal) {
  EXPECT_EQ(run("kill -SEGV $$").signal, SIGSEGV);
}

TEST_F(ExecChild, GivesTheInputWhetherItIsReadOrNot) {
  const std::string input(200'000, 'x');
  EXPECT_EQ(run("wc -c", input).said, "200000");
  EXPECT_EQ(run("exit 0", input).code, 0);
}

TEST_F(ExecChild, GivesTheEnvironmentItWasToldAndNoOther) {
  EXPECT_EQ(run("echo $(env | grep -v ^PWD= | grep -v ^_= | sort)").said, "A=b PATH=/usr/bin:/bin");
}

TEST_F(ExecChild, HandsDownNoDescriptor) {
  const UniqueFd inherited{::dup(2)};                          // without CLOEXEC
  EXPECT_EQ(run("echo $(ls /proc/self/fd)").said, "0 1 2 3");  // 3 is the folder that ls reads
}

TEST_F(ExecChild, EndsWhatTakesTooLongWithItsWholeGroup) {
  limits_.timeout = std::chrono::milliseconds{50};
  const Ended ended =
      run("trap '' TERM; sleep 100 & echo $! >" + folder_.file("pid") + "; wait; wait");
  EXPECT_TRUE(ended.was_slow);
  EXPECT_EQ(ended.signal, SIGKILL);
  EXPECT_FALSE(is_alive(std::stoi(content("pid")))) << "the program's own child lives";
}

TEST_F(ExecChild, EndsWhatWritesWithoutEnd) {
  limits_.output = 10'000;
  const Ended ended = run("yes");
  EXPECT_TRUE(ended.was_loud);
  EXPECT_FALSE(ended.was_slow);
}

TEST_F(ExecChild, KillsWhatAProgramLeavesRunning) {
  EXPECT_EQ(run("sleep 100 & echo $!").code, 0);
}

TEST_F(ExecChild, KeepsOfALongLineTheBeginning) {
  EXPECT_EQ(run("head -c 9000 /dev/zero | tr '\\0' x").said, std::string(400, 'x'));
}

TEST_F(ExecChild, TellsWhyAProgramCannotStart) {
  const auto child = Child::start({"/nonexistent/x"}, {}, "", limits_);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().message, "/nonexistent/x cannot start: No such file or directory");
}

template <typename Kind>
std::string reason_of(const Ended& ended) {
  const auto outcome = outcome_of(ended, Limits{});
  const auto* found = std::get_if<Kind>(&outcome);
  return found == nullptr ? "another outcome" : found->reason;
}

TEST(ExecOutcome, FollowsTheExitStatus) {
  EXPECT_TRUE(std::holds_alternative<plugin::Ok>(outcome_of({.code = 0}, Limits{})));
  EXPECT_EQ(reason_of<plugin::Retry>({.code = 75, .said = "busy"}), "exit status 75: busy");
  EXPECT_EQ(reason_of<plugin::Drop>({.code = 1, .said = "no such list"}),
            "exit status 1: no such list");
  EXPECT_EQ(reason_of<plugin::Drop>({.signal = 11}), "ended by signal 11");
  EXPECT_THAT(reason_of<plugin::Retry>({.was_slow = true, .signal = 15}),
              StartsWith("ran longer than 30000 ms"));
  EXPECT_THAT(reason_of<plugin::Drop>({.was_loud = true, .signal = 15}), StartsWith("wrote more"));
}

TEST(ExecRuns, TriesAgainWhatCannotBeStarted) {
  Runs runs{Command::read({"/nonexistent/x"}).value(), {}};
  const auto outcome = runs.start(test::sample_alert(), {.seq = 1});
  EXPECT_TRUE(std::holds_alternative<plugin::Retry>(outcome));
}

}  // namespace
}  // namespace tocsin::exec
