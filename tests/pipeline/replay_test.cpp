// SPDX-License-Identifier: Apache-2.0
#include "pipeline/replay.hpp"

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"
#include "support/topics.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2017} / 10 / 20} + 12h};

ReplayItem document(const std::string& name, const std::string& title,
                    std::optional<Time> published) {
  ReplayItem item;
  item.feed = {.key = "replay:" + name, .title = name, .url = {}, .kind = {}, .topics = {}};
  item.item.id = name;
  item.item.title = title;
  item.item.text = title;
  item.item.published = published;
  return item;
}

std::vector<alert::LogRecord> replayed(std::vector<ReplayItem> items) {
  const test::TempDir folder;
  ReplayOptions options;
  options.folder = folder.path();
  auto alerts = replay(std::move(items), test::rules_of({test::topic_on("floods", "flood")}),
                       options, [](std::string_view word) { return word == "flood" ? 0.0 : 1.0; });
  EXPECT_TRUE(alerts) << alerts.error().message;
  return alerts ? std::move(*alerts) : std::vector<alert::LogRecord>{};
}

TEST(Replay, AlertsOnAnItemOfAnyAgeSinceTheClockStandsAtItsDate) {
  EXPECT_EQ(replayed({document("a", "Flood in the north", noon)}).size(), 1U);
}

TEST(Replay, GivesTheSameBytesEachTime) {
  const std::vector<ReplayItem> items{document("a", "Flood in the north", noon),
                                      document("b", "A new flood of cars", noon + 99h)};
  const auto once = replayed(items);
  const auto again = replayed(items);
  ASSERT_EQ(once.size(), 2U);
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].payload, again[i].payload);
}

TEST(Replay, GoesInTheOrderOfDatesAndTakesTheUndatedLast) {
  const auto alerts = replayed({document("c", "Undated flood", std::nullopt),
                                document("b", "Late flood elsewhere", noon + 99h),
                                document("a", "Early flood here", noon)});
  ASSERT_EQ(alerts.size(), 3U);
  EXPECT_NE(alerts[0].payload.find("Early flood"), std::string::npos);
  EXPECT_NE(alerts[2].payload.find("Undated flood"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::pipeline
