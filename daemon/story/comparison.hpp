// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "story/story.hpp"

namespace tocsin::story {

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

}  // namespace tocsin::story
