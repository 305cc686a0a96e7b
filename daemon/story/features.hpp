// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "story/word_weights.hpp"

namespace tocsin::story {

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
  std::string agency;  ///< Whose copy it is; empty when no agency is credited.
};

/// An item's text on its way into a story. Borrowed for the call.
struct StoryText {
  std::string_view title;
  std::string_view text;
  std::string_view outlet;  ///< The host it was published at, else its feed's key.
  std::string_view source;  ///< The feed's title.
};

/// Reads one item after the other; its working memory serves the next again. Thread: its owner's
/// only.
class FeatureReader {
 public:
  explicit FeatureReader(InverseDocumentFrequency idf);
  FeatureReader(FeatureReader&&) noexcept;
  FeatureReader& operator=(FeatureReader&&) noexcept;
  FeatureReader(const FeatureReader&) = delete;
  FeatureReader& operator=(const FeatureReader&) = delete;
  ~FeatureReader();

  /// tf-idf over title and the first 300 words, credits and outlet names taken off. Words spelt as
  /// names count double: who and where tell events apart better than what. In a text whose words
  /// are mostly capitalised (German nouns, headlines in capitals) a capital makes no name.
  [[nodiscard]] Features read(const StoryText& item);

  /// As `read`, but for signature and passages, which `sign` adds: what it computes leaves the
  /// memory time to hand over what the words led to.
  [[nodiscard]] Features read_words(const StoryText& item);
  void sign(Features& last_read) const;

  /// The comparison form of each word of what was read last. Valid until the next is read.
  [[nodiscard]] std::span<const std::string_view> spelt() const;

 private:
  struct Draft;  // what an item is on the way to its features

  WordWeights weights_;
  std::unique_ptr<Draft> draft_;
};

/// For the store: about six bytes a word.
[[nodiscard]] std::string encode(const Features& features);

/// Reads what `encode` wrote; `invalid_input` for anything else.
[[nodiscard]] Result<Features> decode_features(std::string_view bytes);

}  // namespace tocsin::story
