// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.hpp"
#include "store/store.hpp"

namespace tocsin::app {

/// A story with all that is stored of it.
struct StoryView {
  struct Member {
    store::StoryMember member;
    std::optional<store::ItemRow> item;  ///< Nothing once retention has taken it.
  };

  store::StoryRow story;
  bool is_open = false;  ///< New items may join it.
  std::vector<store::StoryTopicRow> topics;
  std::vector<Member> members;
  std::vector<store::StoryChange> changes;
};

/// Finds the story by its id, or by that of an alert; of one that was merged, the one it was merged
/// into. `not_found` for neither.
[[nodiscard]] Result<store::StoryRow> find_story(store::Store& store, const std::string& id);

[[nodiscard]] Result<StoryView> view_of(store::Store& store, store::StoryRow story,
                                        std::chrono::milliseconds window);

[[nodiscard]] bool is_open(const store::StoryRow& story, std::chrono::milliseconds window);

/// Why an item is in its story, in words.
[[nodiscard]] std::string why(const store::StoryMember& member);

[[nodiscard]] nlohmann::json to_json(const store::StoryRow& story, bool is_open);
[[nodiscard]] nlohmann::json to_json(const StoryView& view);
[[nodiscard]] std::string to_text(const store::StoryRow& story, bool is_open);
[[nodiscard]] std::string to_text(const StoryView& view);

}  // namespace tocsin::app
