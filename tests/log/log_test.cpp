// SPDX-License-Identifier: Apache-2.0
#include "log/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/datagram_socket.hpp"

namespace tocsin::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;

/// What one call leaves on stderr.
template <typename Call>
std::string stderr_of(const Call& call) {
  testing::internal::CaptureStderr();
  call();
  return testing::internal::GetCapturedStderr();
}

class LogTest : public testing::Test {
 protected:
  ~LogTest() override { static_cast<void>(start({})); }
};

TEST(LogLine, PutsTheFixedWordsFirst) {
  EXPECT_EQ(line_of("feed failing", {{"feed", "ecb"}, {"failures", 4}, {"moved", false}}),
            "feed failing feed=ecb failures=4 moved=no");
}

TEST(LogLine, QuotesWhatHoldsASpaceOrNothing) {
  EXPECT_EQ(line_of("x", {{"why", "timed out"}, {"url", ""}, {"q", "a=b"}}),
            "x why=\"timed out\" url=\"\" q=\"a=b\"");
}

TEST(LogLine, EscapesTextFromOutside) {
  EXPECT_EQ(line_of("x", {{"title", "a\nlevel=error \x1b[2J\"\xFF"}}),
            "x title=\"a\\nlevel=error \\u001b[2J\\\"\\xff\"");
}

TEST(LogLine, CutsALongValue) {
  EXPECT_EQ(line_of("x", {{"v", std::string(500, 'a')}}), "x v=" + std::string(200, 'a') + "…");
}

TEST(LogLine, ShowsNumbersPlainly) {
  EXPECT_EQ(line_of("x", {{"score", 0.5}, {"seq", std::uint64_t{18'446'744'073'709'551'615U}}}),
            "x score=0.5 seq=18446744073709551615");
}

TEST_F(LogTest, WritesTimeLevelAndLineToStderr) {
  ASSERT_TRUE(start({.target = Target::standard_error}));
  EXPECT_THAT(stderr_of([] {
                warn("feed failing", {{"feed", "ecb"}});
              }),
              MatchesRegex("....-..-..T..:..:..\\....Z warning feed failing feed=ecb\n"));
}

TEST_F(LogTest, TreatsBracesInALineAsText) {
  EXPECT_THAT(stderr_of([] {
                error("odd", {{"title", "{} {0} %n"}});
              }),
              EndsWith("odd title=\"{} {0} %n\"\n"));
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  ASSERT_TRUE(start({.level = Level::warn, .target = Target::standard_error}));
  EXPECT_EQ(stderr_of([] { info("hello"); }), "");
  EXPECT_TRUE(is_on(Level::error));
  EXPECT_FALSE(is_on(Level::info));
}

TEST_F(LogTest, SendsFieldsToTheJournalByItsNativeProtocol) {
  const test::DatagramSocket journal;
  ASSERT_TRUE(start({.target = Target::journal, .journal_socket = journal.path()}));
  EXPECT_EQ(
      stderr_of([] {
        error("no delivery", {{"feed", "ecb"}, {"topic", "rates"}, {"alert", "a\nb"}, {"n", 1}});
      }),
      "");
  EXPECT_EQ(journal.received(),
            "MESSAGE=no delivery feed=ecb topic=rates alert=\"a\\nb\" n=1\n"
            "PRIORITY=3\n"
            "SYSLOG_IDENTIFIER=tocsin\n"
            "TOCSIN_FEED=ecb\n"
            "TOCSIN_TOPIC=rates\n"
            "TOCSIN_ALERT=a\\nb\n");
}

TEST_F(LogTest, FallsBackToStderrWhenTheJournalGoes) {
  {
    const test::DatagramSocket journal;
    ASSERT_TRUE(start({.target = Target::journal, .journal_socket = journal.path()}));
  }
  EXPECT_THAT(stderr_of([] { info("still here"); }), HasSubstr("still here"));
}

TEST_F(LogTest, SaysWhenTheJournalIsNotThereAndWritesToStderr) {
  const auto started = start({.target = Target::journal, .journal_socket = "/nonexistent/socket"});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::unreachable);
  EXPECT_THAT(stderr_of([] { info("still here"); }), HasSubstr("still here"));
}

TEST_F(LogTest, DoesNotTakeAnyStderrForTheJournal) {
  const test::DatagramSocket journal;
  ::setenv("JOURNAL_STREAM", "1:1", 1);
  ASSERT_TRUE(start({.target = Target::automatic, .journal_socket = journal.path()}));
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_THAT(stderr_of([] { info("to stderr"); }), HasSubstr("to stderr"));
  EXPECT_EQ(journal.received(), "");
}

TEST(LogLevel, IsReadFromItsName) {
  EXPECT_EQ(level_from("debug").value(), Level::debug);
  EXPECT_FALSE(level_from("verbose"));
}

}  // namespace
}  // namespace tocsin::log
