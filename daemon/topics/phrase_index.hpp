// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "topics/occurrences.hpp"
#include "topics/phrase.hpp"
#include "topics/scored_text.hpp"
#include "topics/word_table.hpp"

namespace tocsin::topics {

/// True when `phrase` stands at the word `first` of the segment.
[[nodiscard]] bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first);

/// All phrases of all topics, shared among those that use them.
///
/// Each word of a text is looked up once, in one table of all words that any phrase holds. A phrase
/// of several words, or of exact case, is compared where the one of its words stands that fewest
/// phrases hold; prefixes are only tried on words that begin like one. Filled, finished, then read
/// by any thread.
class PhraseIndex {
 public:
  /// The number of the phrase; the same phrase has the same number for every topic.
  std::uint32_t add(const Phrase& phrase);

  /// To be called once, between the last `add` and the first `find`.
  void finish();

  /// One past the largest number.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Every occurrence in the segments that count, for each phrase by segment, then place.
  void find(const ScoredText& text, Occurrences& found) const;

 private:
  /// A phrase that is more than one plain word. All its texts stand in pools.
  struct Composite {
    std::uint32_t number = 0;
    std::uint32_t words = 0;        ///< First of its whole words in `word_pool_`.
    std::uint32_t prefix = 0;       ///< First byte of its last, open word in `prefix_pool_`.
    std::uint32_t exact = 0;        ///< Place in `exact_`, from 1; 0 where case does not count.
    std::uint32_t prefix_size = 0;  ///< 0 without an open word.
    std::uint8_t whole_words = 0;
    std::uint8_t anchor = 0;  ///< Which of them is looked for.
  };

  struct Candidate;
  struct Opening;
  struct Walk;

  std::uint32_t word(std::string_view text);
  void add_composite(const Phrase& phrase, std::uint32_t number);
  void choose_anchors();
  void fill_prefix_filter();
  void sift(Walk& walk) const;
  void look_up(Walk& walk) const;
  void find_anchored(const Walk& walk, std::uint32_t word, std::size_t at) const;
  void find_prefixes(const Walk& walk, const Opening& opening) const;
  void find_prefix(const Walk& walk, std::size_t at, std::size_t size) const;
  [[nodiscard]] std::uint32_t prefix_lengths(std::uint32_t start) const;
  [[nodiscard]] bool stands(const Composite& composite, const Walk& walk, std::size_t first) const;

  std::size_t size_ = 0;
  WordTable words_;                      ///< Numbers of words, with flags once finished.
  WordTable prefixes_;                   ///< Numbers of phrases that are one prefix alone.
  std::vector<Composite> composites_;    ///< After `finish`, by their anchor.
  std::vector<std::uint32_t> anchored_;  ///< First composite of each number; one more at the end.
  std::vector<std::uint32_t> word_pool_;
  std::string prefix_pool_;
  std::vector<std::vector<std::string>> exact_;
  std::vector<std::uint32_t> prefix_filter_;  ///< A bit for each length, by the first letters.
  std::uint32_t prefix_starts_ = 0;           ///< Bits 2–4: so many letters lead into the filter.
  std::vector<std::size_t> long_lengths_;     ///< Lengths that share the filter's last bit.

  // Until finished:
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< Of composites.
  std::vector<std::string> prefix_texts_;
  std::vector<bool> is_plain_;  ///< Of each word: a phrase on its own, not only part of others.
};

}  // namespace tocsin::topics
