// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tocsin::story {

/// Which stories have a word, to find the few that an item could belong to among 100,000.
///
/// A story is a slot; a slot that was forgotten may be used again. What points at a forgotten story
/// is dropped when a list is about to grow, and everywhere once as much is forgotten as there is.
/// Thread: its owner's only.
class StoryIndex {
 public:
  using Slot = std::uint32_t;

  /// A word of the item in question, with the square of its weight in a vector of length 1.
  struct Clue {
    std::uint32_t hash = 0;
    float square = 0;
  };

  /// The story in `slot` has this word from now on. Once for a word and story.
  void add(std::uint32_t word, Slot slot);

  void forget(Slot slot);

  /// The stories with the largest sum of squares of the clues they have, the most promising first,
  /// at most `limit`. Clues are followed in the order given until 2,000 places were looked at, so
  /// that the time is bounded whatever the window holds: the rarest words first, then those that
  /// many stories have, which tell little. Valid until the next call.
  [[nodiscard]] std::span<const Slot> most_promising(std::span<const Clue> clues,
                                                     std::size_t limit);

 private:
  struct Place {
    Slot slot = 0;
    std::uint32_t generation = 0;  ///< Of the slot when the story got the word.
  };

  struct State {
    std::uint32_t generation = 0;
    std::uint32_t search = 0;  ///< The search that `promise` is of.
    float promise = 0;
  };

  [[nodiscard]] bool is_alive(const Place& place) const {
    return states_[place.slot].generation == place.generation;
  }

  void drop_forgotten(std::vector<Place>& places);
  void sweep();
  void follow(const std::vector<Place>& places, float square);
  /// Cuts `found_` to the best `limit`, the best first.
  [[nodiscard]] std::span<const Slot> best_found(std::size_t limit);

  std::unordered_map<std::uint32_t, std::vector<Place>> places_;  ///< By word.
  std::vector<State> states_;                                     ///< By slot.
  std::vector<Slot> found_;
  std::vector<std::pair<float, Slot>> ranked_;  ///< What was found, by its promise below zero.
  std::size_t alive_ = 0;
  std::size_t forgotten_ = 0;  ///< Since the last sweep.
  std::uint32_t search_ = 0;
};

}  // namespace tocsin::story
