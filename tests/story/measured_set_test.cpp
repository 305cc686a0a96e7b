// SPDX-License-Identifier: Apache-2.0
// B³ (Bagga and Baldwin 1998) of the stories found in the sets below tests/golden/story.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"
#include "story/story_book.hpp"
#include "topics/background.hpp"

namespace tocsin::story {
namespace {

struct Labelled {
  std::string id;
  std::string gold;
  std::string title;
  std::string text;
  std::string outlet;
  Time published;
};

std::vector<Labelled> read_set(const std::string& name) {
  std::ifstream file{TOCSIN_SOURCE_DIR "/tests/golden/story/" + name};
  std::vector<Labelled> items;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    Labelled item{.id = json["id"],
                  .gold = json["story"],
                  .title = json["title"],
                  .text = json["text"],
                  .outlet = json["outlet"],
                  .published = from_rfc3339(json["date"].get<std::string>()).value()};
    if (item.gold.empty()) item.gold = item.id;
    items.push_back(std::move(item));
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& a, const auto& b) { return a.published < b.published; });
  return items;
}

StoryBook book_with_shipped_weights() {
  static const auto table = std::make_shared<const topics::Background>(
      topics::Background::load(TOCSIN_SOURCE_DIR "/config/background.bin").value());
  const auto count = static_cast<double>(table->item_count());
  return {
      StoryOptions{}, [count](std::string_view word) {
        return std::log((count + 1) / (static_cast<double>(table->document_frequency(word)) + 1));
      }};
}

std::vector<Placement> placements_of(const std::vector<Labelled>& items) {
  StoryBook book = book_with_shipped_weights();
  std::vector<Placement> placements;
  for (const Labelled& item : items) {
    placements.push_back(book.place(
        {.number = static_cast<ItemNumber>(placements.size() + 1),
         .id = item.id,
         .text = {.title = item.title, .text = item.text, .outlet = item.outlet, .source = {}},
         .published = item.published,
         .seen = item.published}));
  }
  return placements;
}

struct Score {
  double precision = 0;
  double recall = 0;

  [[nodiscard]] double f() const { return 2 * precision * recall / (precision + recall); }
};

Score b_cubed(const std::vector<Labelled>& items, const std::vector<Placement>& placements) {
  Score score;
  for (std::size_t i = 0; i < items.size(); ++i) {
    double both = 0;
    double gold = 0;
    double found = 0;
    for (std::size_t k = 0; k < items.size(); ++k) {
      const bool is_gold = items[i].gold == items[k].gold;
      const bool is_found = placements[i].story_id == placements[k].story_id;
      gold += is_gold ? 1 : 0;
      found += is_found ? 1 : 0;
      both += is_gold && is_found ? 1 : 0;
    }
    score.precision += both / found / static_cast<double>(items.size());
    score.recall += both / gold / static_cast<double>(items.size());
  }
  return score;
}

Score measured(const std::string& name) {
  const auto items = read_set(name);
  const Score score = b_cubed(items, placements_of(items));
  std::printf("%s: %zu items, B3 precision %.3f recall %.3f F %.3f\n", name.c_str(), items.size(),
              score.precision, score.recall, score.f());
  return score;
}

TEST(MeasuredSet, IsGroupedAsItWasLabelled) {
  EXPECT_GE(measured("syndicated.jsonl").f(), 0.90);
}

TEST(HeldBackSet, IsGroupedAsItWasLabelled) {
  EXPECT_GE(measured("held_back.jsonl").f(), 0.90);
}

TEST(MeasuredSet, HoldsNoWireCopyForASourceOfItsOwn) {
  const auto items = read_set("syndicated.jsonl");
  const auto placements = placements_of(items);
  const auto source_of = [&](const std::string& id) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].id == id)
        return placements[i].story_id + "/" + std::to_string(placements[i].source);
    }
    return std::string{};
  };
  for (const auto& [copy, original] : std::vector<std::pair<std::string, std::string>>{
           {"a2", "a1"}, {"c2", "c1"}, {"d3", "d1"}, {"f4", "f3"}, {"m3", "m2"}, {"o5", "o1"}}) {
    EXPECT_EQ(source_of(copy), source_of(original)) << copy;
  }
}

TEST(MeasuredSet, KeepsSiblingEventsApart) {
  const auto items = read_set("syndicated.jsonl");
  const auto placements = placements_of(items);
  const auto story_of = [&](const std::string& id) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].id == id) return placements[i].story_id;
    }
    return std::string{};
  };
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"a1", "b1"}, {"c1", "d1"}, {"e1", "f1"}, {"g1", "h1"}, {"k1", "l1"}, {"m1", "n1"}}) {
    EXPECT_NE(story_of(one), story_of(other)) << one << " and " << other;
  }
}

}  // namespace
}  // namespace tocsin::story
