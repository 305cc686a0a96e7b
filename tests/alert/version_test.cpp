// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "alert/codec.hpp"

namespace tocsin::alert {
namespace {

/// Alerts as they were written when version 1 was new, and as later daemons wrote them: see why.md.
const std::filesystem::path version_1 =
    std::filesystem::path{TOCSIN_SOURCE_DIR} / "tests/golden/alerts/version-1";

Decoded read(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream{version_1 / name}.rdbuf();
  auto decoded = decode(text.str());
  EXPECT_TRUE(decoded) << name << ": " << (decoded ? "" : decoded.error().message);
  return decoded.value_or(Decoded{});
}

TEST(Version1, IsReadWithEveryMemberInItsPlace) {
  const auto [alert, sequence] = read("new.json");
  EXPECT_EQ(sequence, 1U);
  EXPECT_EQ(alert.id, "a1");
  EXPECT_EQ(alert.severity, 3);
  EXPECT_EQ(alert.item.title, "Foreign fighters return from Raqqa");
  EXPECT_EQ(alert.match.evidence.at(1).weight, 1.25);
  EXPECT_EQ(alert.story.joined, "same-event");
  EXPECT_EQ(alert.medtop.at(0), "20000053");
}

TEST(Version1, IsReadAsTheFirstDaemonsWroteIt) {
  const auto [alert, sequence] = read("before-reasons.json");
  EXPECT_EQ(alert.story.joined, "");
  EXPECT_FALSE(alert.times.published);
  EXPECT_FALSE(alert.source.credibility);
  const Evidence& evidence = alert.match.evidence.at(0);
  EXPECT_EQ(alert.item.title.substr(evidence.start, evidence.end - evidence.start), evidence.text);
}

TEST(Version1, IsReadInALaterRevision) {
  const auto [alert, sequence] = read("updated.json");
  EXPECT_EQ(sequence, 1842U);
  EXPECT_EQ(alert.kind, Kind::updated);
  EXPECT_EQ(alert.first_id, "a1");
  EXPECT_EQ(alert.story.distance, 3);
  EXPECT_EQ(alert.story.correlation, 3);
}

TEST(Version1, IsReadAroundMembersThatNobodyKnowsYet) {
  EXPECT_TRUE(read("members-of-later-days.json").alert.is_experimental);
}

TEST(Version1, IsReadWhereTheDaemonSpeaksOfAFeed) {
  const auto [alert, sequence] = read("operations.json");
  EXPECT_EQ(alert.kind, Kind::operations);
  EXPECT_EQ(alert.summary, "feed 'example' has failed 8 times in a row");
}

TEST(Version1, IsWhatIsWrittenToday) {
  for (const char* name : {"new.json", "operations.json", "updated.json"}) {
    std::ifstream file{version_1 / name};
    std::string line;
    std::getline(file, line);
    const auto [alert, sequence] = read(name);
    EXPECT_EQ(encode(alert, sequence), line) << name;
  }
}

}  // namespace
}  // namespace tocsin::alert
