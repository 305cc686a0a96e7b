// SPDX-License-Identifier: Apache-2.0
#include "settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::settings {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The diagnostics of a file that is read as "t/tocsin.toml", one line each.
std::vector<std::string> mistakes_in(std::string_view toml) {
  Diagnostics diagnostics;
  const auto settings = read_settings(toml, "t/tocsin.toml", diagnostics);
  std::vector<std::string> lines;
  for (const Diagnostic& diagnostic : diagnostics) lines.push_back(to_line(diagnostic));
  EXPECT_EQ(settings.has_value(), lines.empty());
  return lines;
}

Settings read(std::string_view toml) {
  Diagnostics diagnostics;
  auto settings = read_settings(toml, "t/tocsin.toml", diagnostics);
  EXPECT_THAT(diagnostics, IsEmpty());
  return settings.value_or(Settings{});
}

TEST(Settings, AreTheDefaultsWhereTheFileIsSilent) {
  const Settings settings = read("format = 1\n");
  EXPECT_EQ(settings.poll.min_interval, 2min);
  EXPECT_EQ(settings.http.body_limit, 10U * 1024 * 1024);
  EXPECT_EQ(settings.log.level, LogLevel::info);
}

TEST(Settings, AreTakenFromTheFile) {
  const Settings settings = read(R"(format = 1
[poll]
min_interval = "30s"
concurrency = 7
[http]
body_limit = "512KiB"
allow = ["127.0.0.0/8:8080", "[::1]:80"]
[log]
level = "warn"
target = "journal"
)");
  EXPECT_EQ(settings.poll.min_interval, 30s);
  EXPECT_EQ(settings.poll.concurrency, 7U);
  EXPECT_EQ(settings.http.body_limit, 512U * 1024);
  EXPECT_THAT(settings.http.allow, ElementsAre("127.0.0.0/8:8080", "[::1]:80"));
  EXPECT_EQ(settings.log.level, LogLevel::warn);
  EXPECT_EQ(settings.log.target, LogTarget::journal);
}

TEST(Settings, JoinRelativePathsToTheFoldersOfTheirFile) {
  const Settings settings = read(R"(format = 1
[paths]
feeds = "feeds/all.opml"
topics = ["topics", "/usr/share/tocsin/topics", "../more"]
)");
  EXPECT_EQ(settings.paths.feeds, "t/feeds/all.opml");
  EXPECT_THAT(settings.paths.topics, ElementsAre("t/topics", "/usr/share/tocsin/topics", "more"));
}

TEST(Settings, RefuseAFileWithoutAFormat) {
  EXPECT_THAT(mistakes_in("[poll]\n"),
              ElementsAre("t/tocsin.toml:1:1: error: the file must begin with 'format = 1'"));
}

TEST(Settings, RefuseAFormatOfTheFuture) {
  EXPECT_THAT(mistakes_in("format = 2\n"),
              ElementsAre("t/tocsin.toml:1:10: error: 'format' must be 1, the only one this "
                          "version reads"));
}

TEST(Settings, SuggestTheKeyThatWasMeant) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll]\nmin_intervall = \"2m\"\n"),
              ElementsAre("t/tocsin.toml:3:1: error: unknown key 'min_intervall'; did you mean "
                          "'min_interval'?"));
}

TEST(Settings, SuggestTheSectionThatWasMeant) {
  EXPECT_THAT(mistakes_in("format = 1\n[htp]\n"),
              ElementsAre("t/tocsin.toml:2:2: error: unknown section 'htp'; did you mean 'http'?"));
}

TEST(Settings, SuggestTheChoiceThatWasMeant) {
  EXPECT_THAT(mistakes_in("format = 1\n[log]\nlevel = \"wran\"\n"),
              ElementsAre("t/tocsin.toml:3:9: error: 'level' must be one of \"error\", \"warn\", "
                          "\"info\", \"debug\", not 'wran'; did you mean 'warn'?"));
}

TEST(Settings, TellEveryMistakeInTheOrderOfTheFile) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll]\nmax_interval = 5\nconcurrency = \"many\"\n"
                          "[http]\nbody_limit = \"10MB\"\n"),
              ElementsAre(HasSubstr(":3:16: error: 'max_interval' must be a duration"),
                          HasSubstr(":4:15: error: 'concurrency' must be a whole number"),
                          HasSubstr(":6:14: error: 'body_limit' must be a size such as")));
}

TEST(Settings, TellTheBoundsOfAValueOutsideThem) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll]\nmin_interval = \"20ms\"\nconcurrency = 0\n"),
              ElementsAre(HasSubstr(":3:16: error: 'min_interval' must be from 1s to 7d"),
                          HasSubstr(":4:15: error: 'concurrency' must be from 1 to 4000")));
}

TEST(Settings, RefuseAFractionWhereAWholeNumberIsMeant) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll]\nconcurrency = 2.0\n"),
              ElementsAre(HasSubstr(":3:15: error: 'concurrency' must be a whole number")));
}

TEST(Settings, RefuseBoundsThatCrossEachOther) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll]\nmin_interval = \"2h\"\n"),
              ElementsAre(HasSubstr(":3:16: error: 'min_interval' must not be longer than")));
}

TEST(Settings, WarnWhenAlertsAreKeptLongerThanWhatWasSeen) {
  Diagnostics diagnostics;
  const auto settings = read_settings("format = 1\n[store]\nkeep_tombstones = \"30d\"\n",
                                      "t/tocsin.toml", diagnostics);
  EXPECT_TRUE(settings.has_value());
  ASSERT_THAT(diagnostics, SizeIs(1));
  EXPECT_THAT(to_line(diagnostics[0]), HasSubstr(":3:19: warning: 'keep_tombstones' is shorter"));
}

TEST(Settings, KnowTheLinesOfTheEndpoints) {
  const Settings settings = read("format = 1\n[bus]\nctl = [\"ipc:///run/ctl\"]\n");
  EXPECT_EQ(settings.bus.ctl_line, 3U);
  EXPECT_EQ(settings.bus.pub_line, 0U);
}

TEST(Settings, PlaceAMistakeInAListAtTheElement) {
  EXPECT_THAT(mistakes_in("format = 1\n[http]\nallow = [\"10.0.0.0/8\", \"10.0.0.0/99\"]\n"),
              ElementsAre(HasSubstr(":3:24: error: 'allow' must be a network")));
}

TEST(Settings, RefuseAMetricsAddressOffThisMachine) {
  EXPECT_THAT(mistakes_in("format = 1\n[web]\nlisten = \"0.0.0.0:9780\"\n"),
              ElementsAre(HasSubstr(":3:10: error: 'listen' must be \"127.0.0.1:<port>\"")));
}

TEST(Settings, RefuseAnEndpointOfAnotherTransport) {
  EXPECT_THAT(mistakes_in("format = 1\n[bus]\npub = [\"udp://127.0.0.1:1\"]\n"),
              ElementsAre(HasSubstr(":3:8: error: 'pub' must be an endpoint")));
}

TEST(Settings, PointAtTheLineThatIsNoToml) {
  EXPECT_THAT(mistakes_in("format = 1\n[poll\n"), ElementsAre(HasSubstr("t/tocsin.toml:2:")));
}

TEST(Settings, RefuseAFileOverOneMebibyte) {
  EXPECT_THAT(mistakes_in(std::string((1U << 20U) + 1, '#')),
              ElementsAre("t/tocsin.toml: error: file over 1 MiB"));
}

TEST(Settings, SurviveBytesThatAreNoText) {
  EXPECT_THAT(mistakes_in(std::string_view{"\xff\xfe\0[", 4}), SizeIs(1));
}

TEST(FeedTables, CarryTheirOptionsAndTheirLine) {
  const Settings settings = read(R"(format = 1

[[feed]]
id = "ecb"
interval = "5m"
priority = "high"
kind = "official"
http2 = true
credential = "ecb-login"
topics = ["rates"]
)");
  ASSERT_THAT(settings.feeds, SizeIs(1));
  EXPECT_EQ(settings.feeds[0].line, 3U);
  EXPECT_EQ(settings.feeds[0].interval, 5min);
  EXPECT_EQ(settings.feeds[0].priority, Priority::high);
  EXPECT_EQ(settings.feeds[0].kind, "official");
  EXPECT_EQ(settings.feeds[0].http2, true);
  EXPECT_THAT(settings.feeds[0].topics, ElementsAre("rates"));
}

TEST(FeedTables, NameAnIdOrATagButNotBoth) {
  EXPECT_THAT(mistakes_in("format = 1\n[[feed]]\nid = \"a\"\ntag = \"b\"\n[[feed]]\n"),
              ElementsAre(HasSubstr(":2:1: error: a [[feed]] table names either an id or a tag"),
                          HasSubstr(":5:1: error: a [[feed]] table names either an id or a tag")));
}

TEST(FeedTables, SuggestTheOptionThatWasMeant) {
  EXPECT_THAT(mistakes_in("format = 1\n[[feed]]\nid = \"a\"\nintervall = \"5m\"\n"),
              ElementsAre(HasSubstr(":4:1: error: unknown key 'intervall'; did you mean "
                                    "'interval'?")));
}

TEST(FeedTables, RefuseAFeedSection) {
  EXPECT_THAT(mistakes_in("format = 1\n[feed]\nid = \"a\"\n"),
              ElementsAre(HasSubstr("'feed' must be written as [[feed]] tables")));
}

TEST(FeedOptionsOf, LayTheTablesOfAnIdOverThoseOfItsTags) {
  const Settings settings = read(R"(format = 1
[[feed]]
id = "ecb"
interval = "1m"
[[feed]]
tag = "banks"
interval = "9m"
kind = "official"
[[feed]]
tag = "sport"
kind = "blog"
)");
  const FeedOptions options = options_of(settings, "ecb", {"europe", "banks"});
  EXPECT_EQ(options.interval, 1min);
  EXPECT_EQ(options.kind, "official");
}

TEST(FeedOptionsOf, AreEmptyForAFeedThatNobodyNames) {
  const FeedOptions options = options_of(read("format = 1\n"), "ecb", {"banks"});
  EXPECT_FALSE(options.interval.has_value());
  EXPECT_FALSE(options.priority.has_value());
}

TEST(DeliverySettings, AreTakenFromTheFile) {
  const Settings settings = read(R"(format = 1
[delivery]
zone = "Europe/Berlin"
quiet_hours = ["22:00-07:00", "sat,sun 00:00-24:00"]
max_per_hour = 20
let_through = 1
[[topic]]
id = "floods"
quiet_hours = []
digest = ["07:00", "every 6h"]
max_per_hour = 0
)");
  EXPECT_EQ(settings.delivery.zone, "Europe/Berlin");
  EXPECT_THAT(settings.delivery.quiet_hours, SizeIs(2));
  EXPECT_EQ(settings.delivery.max_per_hour, 20U);
  ASSERT_THAT(settings.topics, SizeIs(1));
  EXPECT_EQ(settings.topics.front().id, "floods");
  EXPECT_THAT(settings.topics.front().quiet_hours.value(), IsEmpty());
  EXPECT_THAT(settings.topics.front().digest.value(), SizeIs(2));
  EXPECT_EQ(settings.topics.front().max_per_hour, 0U);
  EXPECT_FALSE(settings.topics.front().let_through);
}

TEST(DeliverySettings, TellMistakesAtTheirPlace) {
  EXPECT_THAT(mistakes_in(R"(format = 1
[delivery]
zone = "Europe/Berlni"
quiet_hours = ["22-07"]
digest = ["every 5h"]
let_through = 10
)"),
              ElementsAre(HasSubstr("tocsin.toml:3:8: error: 'zone' must be a time zone"),
                          HasSubstr("tocsin.toml:4:16: error: 'quiet_hours' must be hours such as"),
                          HasSubstr("tocsin.toml:5:11: error: 'digest' must be a time such as"),
                          HasSubstr("tocsin.toml:6:15: error: 'let_through' must be from 0 to 9")));
}

TEST(DeliverySettings, RefuseATableWithoutATopicAndASecondOne) {
  EXPECT_THAT(mistakes_in("format = 1\n[[topic]]\nmax_per_hour = 1\n"),
              ElementsAre(HasSubstr("a [[topic]] table names an id")));
  EXPECT_THAT(mistakes_in("format = 1\n[[topic]]\nid = \"a\"\n[[topic]]\nid = \"a\"\n"),
              ElementsAre(HasSubstr("topic 'a' has a [[topic]] table already")));
}

}  // namespace
}  // namespace tocsin::settings
