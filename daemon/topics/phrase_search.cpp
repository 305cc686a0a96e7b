// SPDX-License-Identifier: Apache-2.0
// The part of the index that is run for every item.

#include <algorithm>
#include <span>

#include "topics/phrase_index.hpp"
#include "topics/phrase_number.hpp"

namespace tocsin::topics {
namespace {

bool is_capitals(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_ascii(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The exact form, or with a possessive behind it.
bool reads_exactly(std::string_view written, std::string_view exact) {
  if (!written.starts_with(exact)) return false;
  const std::string_view rest = written.substr(exact.size());
  return rest.empty() || rest.starts_with('\'');
}

/// Capitals mean nothing in a line that is mostly capitals.
bool is_case_kept(const Segment& segment, const text::Token& token, std::string_view exact) {
  constexpr std::size_t longest_acronym = 6;
  const bool is_acronym =
      exact.size() >= 2 && exact.size() <= longest_acronym && is_capitals(exact);
  if (!is_acronym) return true;
  return token.is_exact_case && !text::is_in_mostly_capital_line(segment.original, token.begin);
}

/// The words of `exact` are those from `first` on, with their case.
bool is_exact(const std::vector<std::string>& exact, const Segment& segment, std::size_t first) {
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const text::Token& token = segment.tokens.tokens[first + i];
    const std::string_view written = segment.written(token);
    const bool is_read = is_ascii(written) ? reads_exactly(written, exact[i])
                                           : reads_exactly(text::cased_form(written), exact[i]);
    if (!is_read) return false;
    if (!is_case_kept(segment, token, exact[i])) return false;
  }
  return true;
}

}  // namespace

bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first) {
  const text::Tokens& tokens = segment.tokens;
  const std::size_t count = phrase.words.size();
  if (first + count > tokens.tokens.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_open = phrase.is_prefix && i + 1 == count;
    if (!is_open && segment.word(first + i) != phrase.words[i]) return false;
    if (is_open && !tokens.key(tokens.tokens[first + i]).starts_with(phrase.words[i])) return false;
  }
  return is_exact(phrase.exact, segment, first);
}

/// What finding needs beside the index: memory that is used again for item after item.
struct PhraseIndex::Buffers {
  /// A word that a table may hold.
  struct Candidate {
    WordKey key;
    std::uint32_t at = 0;  ///< Its place in the segment.
  };

  /// A word like which a prefix may begin.
  struct Opening {
    std::uint32_t at = 0;
    std::uint64_t start = 0;  ///< Its first bytes.
  };

  /// A word that some phrase holds.
  struct Known {
    std::uint32_t at = 0;
    std::uint32_t word = 0;  ///< With its flags.
  };

  std::vector<Candidate> candidates;
  std::size_t candidate_count = 0;
  std::vector<Opening> openings;
  std::size_t opening_count = 0;
  std::vector<std::uint32_t> words;  ///< Number of each word or none; some of none on both ends.
  std::vector<Known> known;
};

/// One segment on its way through the index.
struct PhraseIndex::Walk {
  const Segment& segment;
  std::uint32_t segment_number;
  Occurrences& found;
  Buffers& buffers;

  /// So far before the first word and behind the last words may be asked for.
  static constexpr std::size_t margin = 2;

  [[nodiscard]] std::uint32_t word(std::size_t at, std::ptrdiff_t side = 0) const {
    return buffers.words[at + margin + static_cast<std::size_t>(side)];
  }

  /// As prefixes are compared with it, which is never by stems.
  [[nodiscard]] std::string_view key(std::size_t at) const {
    return segment.tokens.key(segment.tokens.tokens[at]);
  }

  void add(std::uint32_t phrase, std::size_t first, std::size_t count) const {
    found.add({.phrase = phrase,
               .segment = segment_number,
               .first = static_cast<std::uint32_t>(first),
               .count = static_cast<std::uint32_t>(count)});
  }
};

/// Finds the words of the segment that the table may hold, and those like which a prefix may begin.
/// They are written down without a branch, which at each word would be guessed wrong too often.
void PhraseIndex::sift(const Walk& walk) const {
  Buffers& to = walk.buffers;
  const std::vector<text::Token>& tokens = walk.segment.tokens.tokens;
  const char* const forms = walk.segment.tokens.keys.data();
  const bool has_stems = !walk.segment.stems.empty();
  to.candidates.resize(std::max(to.candidates.size(), tokens.size() + 1));
  to.openings.resize(std::max(to.openings.size(), tokens.size() + 1));
  std::size_t candidate = 0;
  std::size_t opening = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto at = static_cast<std::uint32_t>(i);
    const std::string_view form{forms + tokens[i].key_begin, tokens[i].key_size};
    // Apart from the stem's: a choice between two texts would become a branch inside of the key.
    const WordKey own = padded_word_key(form);
    const WordKey key = has_stems ? padded_word_key(walk.segment.word(i)) : own;
    to.candidates[candidate] = {.key = key, .at = at};
    candidate += words_.may_hold(key) ? 1U : 0U;
    const auto start = word_bits::load<std::uint64_t>(form.data());
    to.openings[opening] = {.at = at, .start = start};
    opening += prefixes_.may_open(start) ? 1U : 0U;
  }
  to.candidate_count = candidate;
  to.opening_count = opening;
}

/// Gives each word of the segment its number.
void PhraseIndex::look_up(const Walk& walk) const {
  Buffers& to = walk.buffers;
  const auto candidates = std::span{to.candidates}.first(to.candidate_count);
  for (const Buffers::Candidate& candidate : candidates) words_.prefetch(candidate.key);
  to.words.assign(walk.segment.tokens.tokens.size() + 2 * Walk::margin, WordTable::none);
  to.known.clear();
  for (const Buffers::Candidate& candidate : candidates) {
    const std::uint32_t word = words_.find(candidate.key);
    if (word == WordTable::none) continue;
    const std::uint32_t number = word & number_bits;
    to.words[candidate.at + Walk::margin] = number;
    to.known.push_back({.at = candidate.at, .word = word});
    __builtin_prefetch(&anchored_[number]);
  }
}

/// Finds the phrases that have a whole word.
void PhraseIndex::find_words(const Walk& walk) const {
  for (const Buffers::Known& known : walk.buffers.known) {
    if ((known.word & anchors_something) == 0) continue;
    __builtin_prefetch(hooks_.data() + anchored_[known.word & number_bits]);
  }
  for (const Buffers::Known& known : walk.buffers.known) {
    const std::uint32_t number = known.word & number_bits;
    if ((known.word & is_phrase_itself) != 0) walk.add(number, known.at, 1);
    if ((known.word & anchors_something) != 0) find_anchored(walk, number, known.at);
  }
}

bool PhraseIndex::stands(const Composite& composite, const Walk& walk, std::size_t first) const {
  const std::size_t open = composite.prefix_size == 0 ? 0 : 1;
  if (first + composite.whole_words + open > walk.segment.tokens.tokens.size()) return false;
  for (std::size_t i = 0; i < composite.whole_words; ++i) {
    if (walk.word(first + i) != word_pool_[composite.words + i]) return false;
  }
  if (open != 0) {
    const std::string_view prefix =
        std::string_view{prefix_pool_}.substr(composite.prefix, composite.prefix_size);
    return walk.key(first + composite.whole_words).starts_with(prefix);
  }
  return composite.exact == 0 || is_exact(exact_[composite.exact - 1], walk.segment, first);
}

void PhraseIndex::find_anchored(const Walk& walk, std::uint32_t word, std::size_t at) const {
  for (std::uint32_t i = anchored_[word]; i < anchored_[word + 1]; ++i) {
    const Hook& hook = hooks_[i];
    // Both at once: whether the first is the right one no processor guesses.
    const std::uint32_t other = (walk.word(at, hook.sides[0]) ^ hook.neighbours[0]) |
                                (walk.word(at, hook.sides[1]) ^ hook.neighbours[1]);
    if (other != 0 || hook.anchor > at) continue;
    const std::size_t first = at - hook.anchor;
    const bool is_told = hook.composite == WordTable::none;
    if (is_told || stands(composites_[hook.composite], walk, first))
      walk.add(hook.phrase, first, hook.words);
  }
}

/// Finds the phrases that are one prefix alone.
void PhraseIndex::find_prefixes(const Walk& walk) const {
  const auto openings = std::span{walk.buffers.openings}.first(walk.buffers.opening_count);
  for (const Buffers::Opening& opening : openings) prefixes_.prefetch(opening.start);
  for (const Buffers::Opening& opening : openings) {
    prefixes_.for_each(walk.key(opening.at), opening.start,
                       [&](std::uint32_t phrase) { walk.add(phrase, opening.at, 1); });
  }
}

void PhraseIndex::find(const ScoredText& text, Occurrences& found) const {
  found.start(size_);
  thread_local Buffers buffers;
  for (std::size_t i = 0; i < text.segments.size(); ++i) {
    const Segment& segment = text.segments[i];
    if (segment.weight == 0 || segment.tokens.tokens.empty()) continue;
    const Walk walk{.segment = segment,
                    .segment_number = static_cast<std::uint32_t>(i),
                    .found = found,
                    .buffers = buffers};
    sift(walk);
    look_up(walk);
    find_words(walk);
    find_prefixes(walk);
    found.count(segment.weight);
  }
}

}  // namespace tocsin::topics
