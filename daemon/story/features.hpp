// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::story {

/// How much a word tells: ln(N/df) of a background corpus. Takes a comparison form.
using InverseDocumentFrequency = std::function<double(std::string_view)>;

/// Remembers the weights of words asked for lately: a lookup in the background's table costs more
/// than all else that is done with a word. Thread: its owner's only.
class WordWeights {
 public:
  explicit WordWeights(InverseDocumentFrequency idf);

  /// Starts to load what `of` will look at.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&known_[place_of(hash)]); }

  /// `hash` is `hash_of(word)`.
  [[nodiscard]] float of(std::string_view word, std::uint64_t hash);

 private:
  struct Known {
    std::uint32_t hash = 0;  ///< The high half; where it stands tells the rest.
    float weight = -1;       ///< Below zero: nobody asked yet.
  };

  static constexpr std::size_t remembered = std::size_t{1} << 19U;

  [[nodiscard]] static std::size_t place_of(std::uint64_t hash) { return hash % remembered; }

  InverseDocumentFrequency idf_;
  std::vector<Known> known_ = std::vector<Known>(remembered);  ///< By the hash's low bits.
};

/// One word of an item, eight bytes. The hash is short: among a million words some hundred pairs
/// share one, and a story is found by several words.
struct Word {
  std::uint32_t hash = 0;
  std::uint16_t weight = 0;  ///< Of a vector of length `unit_weight`.
  bool is_name = false;

  friend bool operator==(const Word&, const Word&) = default;
};

constexpr double unit_weight = 30'000;  // leaves the top bit of the stored weight for the name

/// What is compared of an item: all that a story needs to know of it, and what the store keeps.
struct Features {
  static constexpr std::size_t most_words = 64;

  std::vector<Word> words;      ///< The most telling ones, by hash.
  std::uint64_t signature = 0;  ///< simhash of the text; 0: too short to have one.
  std::vector<std::uint32_t> passages;
  std::string agency;              ///< Whose copy it is; empty when no agency is credited.
  std::vector<std::string> spelt;  ///< Comparison form of each of `words`; not stored.
};

/// An item's text on its way into a story. Borrowed for the call.
struct StoryText {
  std::string_view title;
  std::string_view text;
  std::string_view outlet;  ///< The host it was published at, else its feed's key.
  std::string_view source;  ///< The feed's title.
};

/// tf-idf over title and the first 300 words, credits and outlet names taken off. Words spelt as
/// names count double: who and where tell events apart better than what. In a text whose words are
/// mostly capitalised (German nouns, headlines in capitals) a capital makes no name.
[[nodiscard]] Features features_of(const StoryText& item, WordWeights& weights);

/// For the store: about six bytes a word. `spelt` is left out.
[[nodiscard]] std::string encode(const Features& features);

/// Reads what `encode` wrote; `invalid_input` for anything else.
[[nodiscard]] Result<Features> decode_features(std::string_view bytes);

}  // namespace tocsin::story
