// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "pipeline/examine.hpp"
#include "store/store.hpp"
#include "store/story_row.hpp"
#include "story/story_book.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::pipeline {

/// An item's place in its story, as alerts tell it.
struct StoryPlace {
  story::Placement placement;
  std::vector<std::string> similar;        ///< Identities of the near-copies, oldest first.
  std::string why;                         ///< One sentence.
  std::vector<store::StoryTopicRow> sent;  ///< What the story has told so far, by topic.

  /// Nothing when it has told nothing on this topic.
  [[nodiscard]] std::optional<store::StoryTopicRow> sent_on(std::string_view topic) const;
};

/// What a topic's correlation makes of an item.
struct Correlated {
  int sources = 0;      ///< Independent ones within its time, the item's included.
  bool is_met = false;  ///< With this item for the first time.
};

/// Places items into stories, in memory and in the open transaction alike.
///
/// Lives for one outcome or change; borrows everything. When it fails, or the transaction does, the
/// book is ahead of the store and must be read back.
class StoryKeeper {
 public:
  struct Surroundings {
    store::Store& store;
    store::Transaction& transaction;
    story::StoryBook& stories;
    Time now;
  };

  explicit StoryKeeper(const Surroundings& surroundings) : with_{surroundings} {}

  /// For an item that is in no story yet. `source` is its feed's title.
  [[nodiscard]] Result<StoryPlace> place(const ExaminedItem& item, const store::ItemRow& row,
                                         const std::string& source);

  /// For an item that changed its text: it stays where it is.
  [[nodiscard]] Result<StoryPlace> place_of_changed(const store::ItemRow& row);

  /// Nothing for a topic without a correlation, and once it was met.
  [[nodiscard]] std::optional<Correlated> correlate(
      const topics::Topic& topic, const store::ItemRow& row, const std::string& story_id,
      const std::optional<store::StoryTopicRow>& before) const;

 private:
  [[nodiscard]] Result<void> store_place(const store::ItemRow& row,
                                         const story::Placement& placement);
  [[nodiscard]] Result<void> store_story(const store::ItemRow& row,
                                         const story::Placement& placement);
  [[nodiscard]] Result<std::vector<std::string>> identities_of(
      const std::vector<story::ItemNumber>& numbers);
  [[nodiscard]] Result<StoryPlace> with_what_was_sent(StoryPlace place) const;

  Surroundings with_;
};

/// A member as the story library takes it back. One whose features are damaged has none: it counts
/// and is like nothing.
[[nodiscard]] story::PlacedItem placed_item(const store::StoryMember& member);

}  // namespace tocsin::pipeline
