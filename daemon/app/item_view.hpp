// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tocsin::app {

/// A stored item and what became of it.
struct ItemView {
  store::ItemRow item;
  store::ItemFate fate;
};

/// The same with all that is known around it.
struct WholeItem {
  ItemView view;
  std::string source;                       ///< Its feed's title.
  std::optional<store::StoryRow> story;     ///< Nothing while it is in none.
  std::optional<store::StoryMember> place;  ///< In that story.
};

[[nodiscard]] Result<ItemView> view_of(store::Store& store, store::ItemRow item);

[[nodiscard]] Result<WholeItem> whole_of(store::Store& store, ItemView view, std::string source);

/// "no topic", or the topics by what became of their matches, what was sent first: "alerted:
/// floods; baseline: islamic-state". Of a topic that matched several revisions, the most that came
/// of one; of many topics, the first ones.
[[nodiscard]] std::string in_words(const store::ItemFate& fate);

/// First seen, number, fate, feed with the outlet where that is another, and title, made safe.
[[nodiscard]] std::string line_of(const ItemView& view);

/// Lines of at most 80 columns, where the words allow it; of long texts the beginning.
[[nodiscard]] std::string to_text(const WholeItem& whole);

/// As docs/reference/cli.md has it.
[[nodiscard]] nlohmann::json to_json(const ItemView& view);
[[nodiscard]] nlohmann::json to_json(const WholeItem& whole);

}  // namespace tocsin::app
