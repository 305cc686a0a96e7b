// SPDX-License-Identifier: Apache-2.0
// What holds for any items: made by chance, the same ones for the same seed.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "story/story_book.hpp"

namespace tocsin::story {
namespace {

using namespace std::chrono_literals;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

struct Made {
  std::string id;
  std::string outlet;
  std::string text;
  Time published;
};

/// Reports of some thirty events by seven outlets over two days; each names its event's people and
/// places and some words that all have, and every fourth is a copy of an earlier one.
std::vector<Made> made_items(unsigned seed, std::size_t count) {
  std::mt19937 random{seed};
  std::vector<Made> items;
  for (std::size_t i = 0; i < count; ++i) {
    Made made{.id = std::to_string(i),
              .outlet = "outlet" + std::to_string(random() % 7) + ".example",
              .text = {},
              .published = noon + std::chrono::minutes{20 * i + random() % 90}};
    if (i > 0 && random() % 4 == 0) {
      made.text = items[random() % i].text;
    } else {
      const auto event = random() % 30;
      for (int k = 0; k < 25; ++k) {
        const bool is_of_event = random() % 2 == 0;
        made.text += is_of_event ? "Name" + std::to_string(event * 20 + random() % 20)
                                 : "word" + std::to_string(random() % 400);
        made.text += " and ";
      }
    }
    if (random() % 5 == 0) made.text += "(AP)";
    items.push_back(std::move(made));
  }
  return items;
}

double weight_of(std::string_view word) {
  if (word == "and") return 0;
  return word.starts_with("name") ? 6 : 3;
}

StoryItem item_of(const Made& made, std::size_t number) {
  return {.number = static_cast<ItemNumber>(number),
          .id = made.id,
          .text = {.title = {}, .text = made.text, .outlet = made.outlet, .source = {}},
          .published = made.published,
          .seen = made.published};
}

PlacedItem placed(const StoryItem& item, const Placement& placement) {
  return {.number = item.number,
          .story_id = placement.story_id,
          .outlet = std::string{item.text.outlet},
          .features = decode_features(encode(placement.features)).value(),
          .published = item.published,
          .seen = item.seen};
}

std::string told(const Placement& placement) {
  std::string text =
      placement.story_id + " " + std::to_string(placement.position) + " " +
      std::to_string(placement.source) + " " + std::to_string(placement.independent_sources) + " " +
      std::to_string(placement.outlets) + " " + std::string{to_string(placement.status)};
  for (const ItemNumber number : placement.similar) text += " " + std::to_string(number);
  return text + " " + std::to_string(placement.reason.similarity);
}

class StoryProperty : public ::testing::TestWithParam<unsigned> {};

TEST_P(StoryProperty, TheSameItemsGiveTheSameStories) {
  const auto items = made_items(GetParam(), 150);
  StoryBook one{StoryOptions{}, weight_of};
  StoryBook other{StoryOptions{}, weight_of};
  for (std::size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(told(one.place(item_of(items[i], i + 1))),
              told(other.place(item_of(items[i], i + 1))));
  }
}

TEST_P(StoryProperty, ARestartAnywhereChangesNothing) {
  const auto items = made_items(GetParam(), 150);
  StoryBook steady{StoryOptions{.window = 12h}, weight_of};
  StoryBook restarted{StoryOptions{.window = 12h}, weight_of};
  std::vector<PlacedItem> stored;
  std::mt19937 random{GetParam()};
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (random() % 40 == 0) {
      restarted = StoryBook{StoryOptions{.window = 12h}, weight_of};
      for (const PlacedItem& item : stored) restarted.restore(item);
    }
    const StoryItem item = item_of(items[i], i + 1);
    const Placement placement = steady.place(item);
    EXPECT_EQ(told(restarted.place(item)), told(placement)) << i;
    stored.push_back(placed(item, placement));
  }
}

TEST_P(StoryProperty, SplittingAndMergingGivesTheFormerStory) {
  const auto items = made_items(GetParam(), 100);
  StoryBook book{StoryOptions{}, weight_of};
  std::map<std::string, std::vector<PlacedItem>> stories;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const StoryItem item = item_of(items[i], i + 1);
    const Placement placement = book.place(item);
    stories[placement.story_id].push_back(placed(item, placement));
  }
  for (const auto& [id, members] : stories) {
    std::vector<std::string> before;
    book.forget(id);
    for (const PlacedItem& member : members) before.push_back(told(book.restore(member)));
    book.forget(id);  // split: every second item leaves
    for (std::size_t i = 0; i < members.size(); ++i) {
      PlacedItem member = members[i];
      if (i % 2 == 1) member.story_id = "apart";
      book.restore(member);
    }
    book.forget(id);  // and merged again
    book.forget("apart");
    std::vector<std::string> after;
    for (const PlacedItem& member : members) after.push_back(told(book.restore(member)));
    EXPECT_EQ(after, before);
  }
}

TEST_P(StoryProperty, AFullWindowTellsOfEveryStoryItClosesEarly) {
  const auto items = made_items(GetParam(), 150);
  StoryBook book{StoryOptions{.window_items = 40}, weight_of};
  std::set<std::string> open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Placement placement = book.place(item_of(items[i], i + 1));
    EXPECT_LE(book.remembered_items(), 40U);
    for (const std::string& id : placement.crowded_out) EXPECT_EQ(open.erase(id), 1U) << id;
    // A story that is not open any more is not joined, and one that was never closed goes on.
    EXPECT_EQ(placement.position > 1, open.contains(placement.story_id));
    open.insert(placement.story_id);
    EXPECT_EQ(book.open_stories(), open.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoryProperty, ::testing::Range(1U, 5U));

}  // namespace
}  // namespace tocsin::story
