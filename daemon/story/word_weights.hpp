// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace tocsin::story {

/// How much a word tells: ln(N/df) of a background corpus. Takes a comparison form.
using InverseDocumentFrequency = std::function<double(std::string_view)>;

/// Remembers the weights of words asked for lately: a lookup in the background's table costs more
/// than all else that is done with a word. Thread: its owner's only.
class WordWeights {
 public:
  explicit WordWeights(InverseDocumentFrequency idf);

  /// Starts to load what `of` will look at.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&known_[row_of(hash)]); }

  /// `hash` is `hash_of(word)`.
  [[nodiscard]] float of(std::string_view word, std::uint64_t hash);

 private:
  struct Known {
    std::uint32_t hash = 0;  ///< The high half; where it stands tells the rest.
    float weight = -1;       ///< Below zero: nobody asked yet.
  };

  /// Two words whose hashes end alike, the later one first: a word that comes often does not go
  /// for the first that comes once.
  using Row = std::array<Known, 2>;

  static constexpr std::size_t rows = std::size_t{1} << 18U;

  [[nodiscard]] static std::size_t row_of(std::uint64_t hash) { return hash % rows; }

  InverseDocumentFrequency idf_;
  std::vector<Row> known_ = std::vector<Row>(rows);  ///< By the hash's low bits.
};

}  // namespace tocsin::story
