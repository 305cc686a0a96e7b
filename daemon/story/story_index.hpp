// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tocsin::story {

/// Which stories have a word, to find the few that an item could belong to among 100,000.
///
/// A story is a slot. One that was forgotten is used again only when no list names it any more:
/// lists drop the forgotten when they are followed or about to grow, and all do once a quarter as
/// much is forgotten as is open. Thread: its owner's only.
class StoryIndex {
 public:
  using Slot = std::uint32_t;

  /// A word of the item in question, with the square of its weight in a vector of length 1.
  struct Clue {
    std::uint32_t hash = 0;
    float square = 0;
  };

  /// A slot for a new story.
  [[nodiscard]] Slot open();

  /// The story in `slot` has this word from now on. Once for a word and story.
  void add(std::uint32_t word, Slot slot);

  /// The slot is open.
  void forget(Slot slot);

  /// The stories with the largest sum of squares of the clues they have, the most promising first,
  /// at most `limit`; of equal ones the newest. Clues are followed in the order given until 2,000
  /// places were looked at, so that the time is bounded whatever the window holds: the rarest words
  /// first, then those that many stories have, which tell little. Of the last word the newest
  /// places are looked at. Valid until the next call.
  [[nodiscard]] std::span<const Slot> most_promising(std::span<const Clue> clues,
                                                     std::size_t limit);

 private:
  static constexpr std::uint32_t is_forgotten = UINT32_MAX;
  static constexpr std::size_t most_ahead = 16;  ///< Places whose states are asked of the memory.

  struct State {
    std::uint32_t search = 0;  ///< The search that found it last; or `is_forgotten`.
    std::uint32_t place = 0;   ///< In what that search found.
  };

  using Places = std::vector<Slot>;

  void drop_forgotten(Places& places) const;
  void sweep();
  void begin_search();
  void look_up(std::span<const Clue> clues);
  void start_to_load(const Places& places) const;
  /// The last `most` of the places. How many were not forgotten.
  std::size_t follow(Places& places, float square, std::size_t most);
  /// The best `limit` of `found_`, the best first.
  [[nodiscard]] std::span<const Slot> best_found(std::size_t limit);

  tsl::robin_map<std::uint32_t, Places> places_;  ///< By word.
  std::vector<State> states_;                     ///< By slot.
  std::vector<Slot> free_;
  std::vector<Slot> forgotten_;  ///< Since the last sweep: lists may name them.
  std::uint32_t search_ = 0;

  // Of the last search; kept for their memory.
  std::vector<std::pair<Places*, float>> lists_;  ///< Of the clues, with their squares.
  std::vector<Slot> found_;                       ///< Longer than what was found, as the next.
  std::vector<float> promises_;                   ///< Of what was found.
  std::size_t found_count_ = 0;
  std::vector<std::uint64_t> ranked_;  ///< Of the best of what was found.
  std::vector<Slot> best_;
};

}  // namespace tocsin::story
