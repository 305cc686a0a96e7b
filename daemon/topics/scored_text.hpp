// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenize.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// Words of an item that rules look at: those of the title, then of the body.
constexpr std::size_t scored_words = 300;

/// How often an occurrence in the title counts.
constexpr unsigned title_weight = 2;

/// One field of an item, cut into words.
struct Segment {
  Field field = Field::title;
  std::string_view original;
  text::Tokens tokens;
  std::string stem_bytes;         ///< The stems, one after the other, then padding.
  std::vector<text::Span> stems;  ///< Of each word in `stem_bytes`; empty where none are wanted.
  unsigned weight = 1;  ///< How often an occurrence counts; 0 = the words stand in another segment.

  /// The word as whole words of phrases are compared with it: its stem, where stems are wanted.
  [[nodiscard]] std::string_view word(std::size_t at) const {
    if (stems.empty()) return tokens.key(tokens.tokens[at]);
    return std::string_view{stem_bytes}.substr(stems[at].begin, stems[at].end - stems[at].begin);
  }

  /// The bytes of a word as written.
  [[nodiscard]] std::string_view written(const text::Token& token) const {
    return original.substr(token.begin, token.end - token.begin);
  }
};

/// What the score is computed over. Borrows the item's fields.
struct ScoredText {
  std::vector<Segment> segments;  ///< Title, summary, content.
  std::string stemmer;            ///< Whose stems the segments have; empty without.
  double length = 0;              ///< Words, those of the title counted twice.
};

/// The first `scored_words` words of the title, the summary and the content. A summary that the
/// content repeats is not counted again: many feeds give the same opening in both.
[[nodiscard]] ScoredText scored_text(const ItemFields& item);

/// What a field of an item holds.
[[nodiscard]] std::string_view field_text(const ItemFields& item, Field field);

/// The same into `text`, whose memory is used again.
void read_scored_text(const ItemFields& item, ScoredText& text);

/// Gives every word its stem.
void add_stems(Segment& segment, const std::string& stemmer);
void add_stems(ScoredText& text, const std::string& stemmer);

/// One field cut into words, for gates that name a field outside of the scored text.
[[nodiscard]] Segment segment_of(const ItemFields& item, Field field);

}  // namespace tocsin::topics
