// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "story/story_book.hpp"
#include "story/story_index.hpp"

namespace tocsin::story {

/// A member of a story, as far as later items are compared with it.
struct Member {
  ItemNumber number = 0;
  std::uint64_t signature = 0;
  Time published;
  int source = 0;  ///< Number of its source within the story.
  std::vector<std::uint32_t> passages;
};

/// A word of a story: the sum of its members' weights, which is above zero. Eight bytes, as these
/// are most of what a window takes.
class StoryWord {
 public:
  StoryWord(std::uint32_t hash, float sum, bool is_name)
      : hash_{hash},
        signed_sum_{is_name ? -sum : sum} {}

  [[nodiscard]] std::uint32_t hash() const { return hash_; }

  [[nodiscard]] float sum() const { return std::fabs(signed_sum_); }

  [[nodiscard]] bool is_name() const { return std::signbit(signed_sum_); }

 private:
  std::uint32_t hash_;
  float signed_sum_;  ///< Below zero for a name.
};

struct Story {
  /// Beyond so many words the lightest are let go, down to three quarters.
  static constexpr std::size_t most_words = 256;
  /// Only the latest members are looked at for copies.
  static constexpr std::size_t most_members = 500;

  std::string id;
  std::vector<StoryWord> words;  ///< By hash.
  double norm = 0;               ///< Of the sums.
  Time published;                ///< Of its latest item.
  Time seen;                     ///< When its latest item was placed.
  ItemNumber latest = 0;
  int items = 0;
  int sources = 0;
  std::vector<std::pair<std::uint64_t, int>> outlets;   ///< Hash of the outlet → its source.
  std::vector<std::pair<std::uint64_t, int>> agencies;  ///< Likewise.
  std::vector<Member> members;                          ///< As they were placed.
};

/// A member that has an item's text.
struct Copy {
  const Member* member = nullptr;
  int distance = -1;  ///< Bits; −1 where only passages agree.
};

/// The share of a cosine that a word brings.
struct SharedWord {
  std::uint32_t hash = 0;
  double share = 0;
};

/// Cosines between an item and a story.
struct Likeness {
  double all = 0;      ///< Over all words.
  double telling = 0;  ///< With some left out on the item's side.
};

/// Members of the story with the item's text, as they were placed.
[[nodiscard]] std::vector<Copy> copies_in(const Story& story, const Features& item,
                                          const StoryOptions& options);

/// An item as it is compared with one story after another. Borrows what it is made from.
class Comparison {
 public:
  /// `without` (sorted hashes) is what is left out.
  Comparison(const Features& item, const std::vector<std::uint32_t>& without);

  [[nodiscard]] Likeness with(const Story& story) const;

 private:
  static constexpr unsigned place_bits = 10;

  /// Place in the item's words, from 1; 0 for a word that it does not have.
  [[nodiscard]] std::size_t place_of(std::uint32_t hash) const {
    std::size_t at = hash >> (32 - place_bits);
    while (places_[at] != 0 && item_.words[places_[at] - 1U].hash != hash)
      at = (at + 1) % places_.size();
    return places_[at];
  }

  const Features& item_;
  const std::vector<std::uint32_t>& without_;
  /// An open-addressing table by the first bits of the hash, a sixteenth full at most.
  std::array<std::uint8_t, std::size_t{1} << place_bits> places_{};
};

/// The words that both have, but for `without`, by hash; the shares add up to the cosine.
[[nodiscard]] std::vector<SharedWord> shared_words(const Features& item, const Story& story,
                                                   const std::vector<std::uint32_t>& without);

/// The stories of the window and the index over their words.
class StoryBook::Pages {
 public:
  Pages(StoryOptions options, InverseDocumentFrequency idf);

  using Slot = StoryIndex::Slot;

  [[nodiscard]] const StoryOptions& options() const { return options_; }

  [[nodiscard]] WordWeights& weights() { return weights_; }

  [[nodiscard]] const Story& story(Slot slot) const { return stories_[slot]; }

  /// Null when no such story is open.
  [[nodiscard]] const Story* find(std::string_view id) const;

  /// Stories that share telling words with the item, the most promising first.
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

  [[nodiscard]] static Age age_of(const Story& story, Slot slot) {
    return {story.seen, story.latest, slot};
  }

  void start_to_load(const std::vector<Slot>& slots) const;
  [[nodiscard]] Slot open(const std::string& id);
  void forget(Slot slot);
  void take_words(const Features& item, Story& story, Slot slot);
  static void keep_heaviest(Story& story);
  void take_member(const PlacedItem& item, int source, Story& story);

  StoryOptions options_;
  WordWeights weights_;
  StoryIndex index_;
  std::vector<Story> stories_;  ///< By slot.
  std::unordered_map<std::string, Slot> slots_;
  std::set<Age> by_age_;   ///< The quietest first.
  std::size_t items_ = 0;  ///< Members remembered.
};

}  // namespace tocsin::story
