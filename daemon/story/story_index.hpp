// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tsl/robin_map.h>

#include <array>
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
  /// at most `limit`, from 1 on; of equal ones the newest. Clues are followed in the order given
  /// until 2,000 places were looked at, so that the time is bounded whatever the window holds: the
  /// rarest words first, then those that many stories have, which tell little. Of the last word the
  /// newest places are looked at. Valid until the next call.
  [[nodiscard]] std::span<const Slot> most_promising(std::span<const Clue> clues,
                                                     std::size_t limit);

 private:
  using Places = std::vector<Slot>;

  static constexpr std::size_t most_places = 2000;
  static constexpr std::size_t most_ahead = 16;  ///< Places whose promises are asked of the memory.

  struct Found {
    float promise = 0;
    Slot slot = 0;
  };

  void drop_forgotten(Places& places) const;
  void sweep();
  void look_up(std::span<const Clue> clues);
  void start_to_load_promises(std::span<const Slot> places) const;
  /// The last `most` of the places. How many were not forgotten.
  std::size_t follow(Places& places, float square, std::size_t most);
  /// What the promises of the best `limit` are above.
  [[nodiscard]] float bar_of(std::size_t limit) const;
  /// The best `limit` of `found_`, the best first. The promises are gone then.
  [[nodiscard]] std::span<const Slot> best_found(std::size_t limit);

  tsl::robin_map<std::uint32_t, Places> places_;  ///< By word.
  /// By slot, what a search has summed up; else "not found", a sum of nothing, or "forgotten",
  /// which adding squares does not change.
  std::vector<float> promises_;
  std::vector<Slot> free_;
  std::vector<Slot> forgotten_;  ///< Since the last sweep: lists may name them.

  // Of the last search; kept for their memory.
  std::vector<std::pair<Places*, float>> lists_;  ///< Of the clues, with their squares.
  /// One longer than what can be found: each place is written where the next would stand.
  std::array<Slot, most_places + 1> found_{};
  std::size_t found_count_ = 0;
  std::vector<Found> ranked_;  ///< The best of what was found.
  std::vector<Slot> best_;
};

}  // namespace tocsin::story
