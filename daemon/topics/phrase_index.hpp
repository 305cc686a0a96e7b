// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "topics/occurrences.hpp"
#include "topics/pair_table.hpp"
#include "topics/phrase.hpp"
#include "topics/prefix_table.hpp"
#include "topics/scored_text.hpp"
#include "topics/word_table.hpp"

namespace tocsin::topics {

/// True when `phrase` stands at the word `first` of the segment.
[[nodiscard]] bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first);

/// What the words of the texts are that an index is asked about.
enum class WordForm : std::uint8_t { written, stem };

/// All phrases of all topics, shared among those that use them.
///
/// Each word of a text is looked up once, in one table of all words that any phrase holds. What a
/// word tells alone stands with it: the phrase that it is, the prefixes it begins with, and what is
/// to be compared on it. A phrase of several words is looked for by two neighbours of them, those
/// that fewest phrases hold. Prefixes are tried only on words that no phrase holds. What will be
/// looked at is asked of the memory before.
/// Filled, finished, then read by any thread.
class PhraseIndex {
 public:
  /// The number of the phrase; the same phrase has the same number for every topic.
  std::uint32_t add(const Phrase& phrase);

  /// To be called once, between the last `add` and the first `find`.
  void finish(WordForm form);

  /// One past the largest number.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Every occurrence in the segments that count.
  void find(const ScoredText& text, Occurrences& found) const;

 private:
  /// A phrase that is neither one plain word nor one prefix. All its texts stand in pools.
  struct Composite {
    std::uint32_t number = 0;
    std::uint32_t words = 0;        ///< First of its whole words in `word_pool_`.
    std::uint32_t prefix = 0;       ///< First byte of its last, open word in `prefix_pool_`.
    std::uint32_t exact = 0;        ///< Place in `exact_`, from 1; 0 where case does not count.
    std::uint32_t prefix_size = 0;  ///< 0 without an open word.
    std::uint8_t whole_words = 0;
    std::uint8_t anchor = 0;  ///< Which of them is looked for, with the next one if it has any.
  };

  struct Added {
    std::uint32_t word = 0;
    std::uint32_t note = 0;
  };

  /// So many words of a segment.
  struct Place {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  struct Buffers;
  struct Walk;

  /// What a word or a pair of words tells: a phrase, or with this bit a composite to compare.
  static constexpr std::uint32_t is_composite = std::uint32_t{1} << 31U;

  /// Stands with the numbers of words that tell something alone.
  static constexpr std::uint32_t tells_alone = std::uint32_t{1} << 31U;

  std::uint32_t word(std::string_view text);
  void add_composite(const Phrase& phrase, std::uint32_t number);
  void choose_anchors();
  void hang_up();
  void note_prefixes();
  void gather_notes();
  [[nodiscard]] std::span<const std::uint32_t> notes(std::uint32_t word) const;
  void sift(const Walk& walk) const;
  void look_up(const Walk& walk) const;
  void find_alone(const Walk& walk) const;
  void find_pairs(const Walk& walk) const;
  void find_prefixes(const Walk& walk) const;
  void take(const Walk& walk, std::uint32_t note, const Place& place) const;
  [[nodiscard]] bool stands(const Composite& composite, const Walk& walk, std::size_t first) const;

  std::size_t size_ = 0;
  WordTable words_;                      ///< Numbers of words, with a flag once finished.
  PrefixTable prefixes_;                 ///< Numbers of phrases that are one prefix alone.
  PairTable pairs_;                      ///< What neighbours tell.
  std::vector<std::uint32_t> notes_;     ///< What words tell alone.
  std::vector<std::uint32_t> notes_of_;  ///< The first of each number; one more at the end.
  std::vector<Composite> composites_;
  std::vector<std::uint32_t> word_pool_;
  std::string prefix_pool_;
  std::vector<std::vector<std::string>> exact_;

  // Until finished:
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< Of phrases but plain words.
  std::vector<std::size_t> lengths_;                        ///< Of each word.
  std::vector<bool> is_plain_;  ///< Of each word: a phrase on its own, not only part of others.
  std::vector<Added> added_;    ///< To the notes.
};

}  // namespace tocsin::topics
