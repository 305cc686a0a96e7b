// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "topics/phrase.hpp"
#include "topics/scored_text.hpp"

namespace tocsin::topics {

/// One place where a phrase occurs: words [first, first + count) of a segment.
struct PhraseHit {
  std::uint32_t phrase = 0;
  std::uint32_t segment = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// True when `phrase` stands at the word `first` of the segment.
[[nodiscard]] bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first);

/// All phrases of all topics in one trie over words.
///
/// Each word of a text is looked up once, in one table of all words that any phrase holds; a word
/// outside of it ends the matter. Filled once, then read by any thread.
class PhraseIndex {
 public:
  /// The number of the phrase; the same phrase has the same number for every topic.
  std::uint32_t add(const Phrase& phrase);

  [[nodiscard]] std::size_t size() const { return phrases_.size(); }

  /// Every occurrence in the segments that count, by segment, then place.
  [[nodiscard]] std::vector<PhraseHit> find(const ScoredText& text) const;

 private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  template <typename Value>
  using Table = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  struct Node {
    std::vector<std::uint32_t> complete;  ///< Phrases that end with this word.
    std::vector<std::uint32_t> open;      ///< Phrases of which only the prefix of a word is left.
  };

  struct Walk;

  std::uint32_t word(const std::string& text);
  std::uint32_t child(std::uint32_t node, std::uint32_t word);
  void find_from(Walk& walk, std::size_t first) const;
  void find_prefixes(Walk& walk, std::size_t first) const;

  std::vector<Phrase> phrases_;
  std::vector<Node> nodes_{1};  ///< The first is the root.
  Table<std::uint32_t> words_;
  std::unordered_map<std::uint64_t, std::uint32_t> children_;  ///< By node and word.
  Table<std::vector<std::uint32_t>> prefixes_;  ///< Phrases that are one prefix alone.
  std::vector<std::size_t> prefix_sizes_;       ///< Lengths among them, ascending.
  Table<std::uint32_t> numbers_;                ///< By spelling, to find a phrase added before.
};

}  // namespace tocsin::topics
