// SPDX-License-Identifier: Apache-2.0
#include "story/comparison.hpp"

#include <algorithm>

namespace tocsin::story {

Comparison::Comparison(const Features& item, const std::vector<std::uint32_t>& without)
    : item_{item},
      without_{without} {
  static_assert(Features::most_words < UINT8_MAX);
  for (std::size_t i = 0; i < item.words.size(); ++i) {
    std::size_t at = item.words[i].hash >> (32 - place_bits);
    while (places_[at] != 0) at = (at + 1) % places_.size();
    places_[at] = static_cast<std::uint8_t>(i + 1);
  }
}

/// Looks up the story's words rather than going along both lists: most are none of the item's, and
/// which of two lists is behind is a toss of a coin. Those that may be are noted without a branch.
Likeness Comparison::with(const Story& story) const {
  Likeness sum;
  if (story.norm <= 0) return sum;
  std::array<std::uint16_t, Story::most_words + 1> maybe;
  std::size_t count = 0;
  const StoryWord* const words = story.words.data();
  for (std::size_t i = 0; i < story.words.size(); ++i) {
    maybe[count] = static_cast<std::uint16_t>(i);
    count += places_[words[i].hash() >> (32 - place_bits)] != 0 ? 1U : 0U;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const StoryWord& word = words[maybe[i]];
    const std::size_t place = place_of(word.hash());
    if (place == 0) continue;
    const double share =
        static_cast<double>(item_.words[place - 1].weight) * static_cast<double>(word.sum());
    sum.all += share;
    if (!std::binary_search(without_.begin(), without_.end(), word.hash())) sum.telling += share;
  }
  sum.all /= unit_weight * story.norm;
  sum.telling /= unit_weight * story.norm;
  return sum;
}

std::vector<SharedWord> shared_words(const Features& item, const Story& story,
                                     const std::vector<std::uint32_t>& without) {
  std::vector<SharedWord> shared;
  if (story.norm <= 0) return shared;
  auto there = story.words.begin();
  for (const Word& word : item.words) {
    while (there != story.words.end() && there->hash() < word.hash) ++there;
    if (there == story.words.end()) break;
    if (there->hash() != word.hash) continue;
    if (std::binary_search(without.begin(), without.end(), word.hash)) continue;
    const double weight = static_cast<double>(word.weight) / unit_weight;
    shared.push_back(
        {.hash = word.hash, .share = weight * static_cast<double>(there->sum()) / story.norm});
  }
  return shared;
}

}  // namespace tocsin::story
