// SPDX-License-Identifier: Apache-2.0
#include "story/word_weights.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::story {
namespace {

/// A word in fewer than one of 1,100 background items weighs as if it were in so many: how rare it
/// is beyond is chance, and one village's name would make any two items about it one event.
constexpr double rarest = 7;

}  // namespace

WordWeights::WordWeights(InverseDocumentFrequency idf) : idf_{std::move(idf)} {}

float WordWeights::of(std::string_view word, std::uint64_t hash) {
  Row& row = known_[row_of(hash)];
  const auto high = static_cast<std::uint32_t>(hash >> 32U);
  for (const Known& known : row) {
    if (known.hash == high && known.weight >= 0) return known.weight;
  }
  row[1] = row[0];
  row[0] = {.hash = high, .weight = static_cast<float>(std::clamp(idf_(word), 0.0, rarest))};
  return row[0].weight;
}

}  // namespace tocsin::story
