// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tsl/robin_set.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "story/features.hpp"
#include "story/story.hpp"
#include "story/story_index.hpp"

namespace tocsin::story {

/// The stories of the window and the index over their words.
class StoryBook::Pages {
 public:
  using Slot = StoryIndex::Slot;

  Pages(StoryOptions options, InverseDocumentFrequency idf);
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() = default;

  [[nodiscard]] const StoryOptions& options() const { return options_; }

  [[nodiscard]] FeatureReader& reader() { return reader_; }

  [[nodiscard]] const Story& story(Slot slot) const { return stories_[slot]; }

  /// Null when no such story is open.
  [[nodiscard]] const Story* find(std::string_view id) const;

  /// Stories that share telling words with the item, the most promising first. They are on their
  /// way from memory: looked at a little later they are there.
  [[nodiscard]] std::vector<Slot> candidates(const Features& item,
                                             const std::vector<std::uint32_t>& without);

  /// Puts the item into its story, which is opened when there is none, and counts.
  Placement add(const PlacedItem& item);

  void close_before(Time oldest);
  /// Makes room for one more item; the ids of the stories that had to go.
  [[nodiscard]] std::vector<std::string> make_room();
  void forget(std::string_view id);
  void forget_all();

  [[nodiscard]] std::size_t items() const { return items_; }

  [[nodiscard]] std::size_t stories() const { return slots_.size(); }

 private:
  using Age = std::tuple<Time, ItemNumber, Slot>;

  /// Hash of a story's id.
  struct IdHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }

    std::size_t operator()(Slot slot) const { return (*this)((*stories)[slot].id); }

    const std::vector<Story>* stories;
  };

  struct SameId {
    using is_transparent = void;

    bool operator()(Slot a, Slot b) const { return a == b; }

    bool operator()(Slot slot, std::string_view id) const { return (*stories)[slot].id == id; }

    bool operator()(std::string_view id, Slot slot) const { return (*this)(slot, id); }

    const std::vector<Story>* stories;
  };

  using Slots = tsl::robin_set<Slot, IdHash, SameId, std::allocator<Slot>, true>;

  [[nodiscard]] static Age age_of(const Story& story, Slot slot) {
    return {story.seen, story.latest, slot};
  }

  void start_to_load(const std::vector<Slot>& slots) const;
  [[nodiscard]] Slot open(const std::string& id);
  void forget_quietest();
  /// But for its age.
  void forget(Slot slot);
  void take_words(const Features& item, Story& story, Slot slot);
  static void keep_heaviest(Story& story);
  void take_member(const PlacedItem& item, int source, Story& story);

  StoryOptions options_;
  FeatureReader reader_;
  StoryIndex index_;
  std::vector<Story> stories_;  ///< By slot.
  Slots slots_;                 ///< By the ids of their stories.
  std::set<Age> by_age_;        ///< The quietest first.
  std::size_t items_ = 0;       ///< Members remembered.
};

}  // namespace tocsin::story
