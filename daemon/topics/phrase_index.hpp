// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "topics/occurrences.hpp"
#include "topics/phrase.hpp"
#include "topics/prefix_table.hpp"
#include "topics/scored_text.hpp"
#include "topics/word_table.hpp"

namespace tocsin::topics {

/// True when `phrase` stands at the word `first` of the segment.
[[nodiscard]] bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first);

/// All phrases of all topics, shared among those that use them.
///
/// Each word of a text is looked up once, in one table of all words that any phrase holds. A phrase
/// of several words, or of exact case, is compared where the one of its words stands that fewest
/// phrases hold or that is the longest, and first by the words beside it; prefixes are only tried
/// on words that begin like one. What will be looked at is asked of the memory words before.
/// Filled, finished, then read by any thread.
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
  /// A phrase that is more than one plain word, on the word where it is looked for. The two words
  /// next to that are compared first, which is all for most phrases.
  struct Hook {
    std::uint32_t phrase = 0;
    std::array<std::uint32_t, 2> neighbours{};  ///< Where there are fewer, the anchor again.
    std::uint32_t composite = 0;         ///< What else is to be compared, or `WordTable::none`.
    std::array<std::int8_t, 2> sides{};  ///< So many words behind the anchor; before: negative.
    std::uint8_t anchor = 0;             ///< Which of its words it hangs on.
    std::uint8_t words = 0;              ///< All, the open one too.
  };

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

  struct Buffers;
  struct Walk;

  std::uint32_t word(std::string_view text);
  void add_composite(const Phrase& phrase, std::uint32_t number);
  void choose_anchors();
  void hang_up();
  [[nodiscard]] std::uint32_t anchor_of(const Composite& composite) const;
  [[nodiscard]] Hook hook_of(const Composite& composite) const;
  void sift(const Walk& walk) const;
  void look_up(const Walk& walk) const;
  void find_words(const Walk& walk) const;
  void find_anchored(const Walk& walk, std::uint32_t word, std::size_t at) const;
  void find_prefixes(const Walk& walk) const;
  [[nodiscard]] bool stands(const Composite& composite, const Walk& walk, std::size_t first) const;

  std::size_t size_ = 0;
  WordTable words_;                      ///< Numbers of words, with flags once finished.
  PrefixTable prefixes_;                 ///< Numbers of phrases that are one prefix alone.
  std::vector<Hook> hooks_;              ///< By their anchor.
  std::vector<std::uint32_t> anchored_;  ///< First hook of each number; one more at the end.
  std::vector<Composite> composites_;    ///< After `finish`, those that hooks do not tell.
  std::vector<std::uint32_t> word_pool_;
  std::string prefix_pool_;
  std::vector<std::vector<std::string>> exact_;

  // Until finished:
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< Of composites.
  std::vector<std::size_t> lengths_;                        ///< Of each word.
  std::vector<bool> is_plain_;  ///< Of each word: a phrase on its own, not only part of others.
};

}  // namespace tocsin::topics
