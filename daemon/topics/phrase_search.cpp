// SPDX-License-Identifier: Apache-2.0
// The part of the index that is run for every item.

#include <algorithm>
#include <span>

#include "topics/phrase_index.hpp"

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
  /// A word that the table may hold.
  struct Candidate {
    WordKey key;
    std::uint32_t at = 0;  ///< Its place in the segment.
  };

  /// A word that tells something alone.
  struct Telling {
    std::uint32_t at = 0;
    std::uint32_t word = 0;
  };

  std::vector<Candidate> candidates;
  std::size_t candidate_count = 0;
  std::vector<std::uint32_t> unknown;  ///< Places of words that no phrase holds.
  std::size_t unknown_count = 0;
  std::vector<std::uint32_t> words;  ///< Number of each word or none.
  std::vector<Telling> telling;
  std::size_t telling_count = 0;
  std::vector<std::uint32_t> places;  ///< That may lead to something.

  void make_room(std::size_t count) {
    if (words.size() > count) return;
    // One more, as what is written without a branch is written behind the last, too.
    candidates.resize(count + 1);
    unknown.resize(count + 1);
    words.resize(count + 1);
    telling.resize(count + 1);
    places.resize(count + 1);
  }
};

/// One segment on its way through the index. What passes a filter is written down without a branch,
/// which at each word would be guessed wrong too often.
struct PhraseIndex::Walk {
  const Segment& segment;
  std::uint8_t segment_number;
  Occurrences& found;
  Buffers& buffers;

  [[nodiscard]] std::size_t size() const { return segment.tokens.tokens.size(); }

  [[nodiscard]] PairTable::Pair pair(std::size_t at) const {
    return {buffers.words[at], buffers.words[at + 1]};
  }

  /// As prefixes are compared with it, which is never by stems.
  [[nodiscard]] std::string_view key(std::size_t at) const {
    return segment.tokens.key(segment.tokens.tokens[at]);
  }

  [[nodiscard]] std::uint64_t start(std::size_t at) const {
    return word_bits::load<std::uint64_t>(key(at).data());
  }

  void add(std::uint32_t phrase, std::size_t first, std::size_t count) const {
    found.add({.phrase = phrase,
               .first = static_cast<std::uint16_t>(first),
               .count = static_cast<std::uint8_t>(count),
               .segment = segment_number});
  }
};

std::span<const std::uint32_t> PhraseIndex::notes(std::uint32_t word) const {
  return std::span{notes_}.subspan(notes_of_[word], notes_of_[word + 1] - notes_of_[word]);
}

/// Finds the words of the segment that the table may hold.
void PhraseIndex::sift(const Walk& walk) const {
  Buffers& to = walk.buffers;
  const std::span<const text::Token> tokens{walk.segment.tokens.tokens};
  const char* const forms = walk.segment.tokens.keys.data();
  const bool has_stems = !walk.segment.stems.empty();
  std::uint32_t* const words = to.words.data();
  std::uint32_t* const unknown = to.unknown.data();
  Buffers::Candidate* const candidates = to.candidates.data();
  std::size_t count = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto at = static_cast<std::uint32_t>(i);
    // Apart from the stem's: a choice between two texts would become a branch inside of the key.
    const WordKey own = padded_word_key({forms + tokens[i].key_begin, tokens[i].key_size});
    const WordKey key = has_stems ? padded_word_key(walk.segment.word(i)) : own;
    words[i] = WordTable::none;
    candidates[count] = {.key = key, .at = at};
    unknown[i - count] = at;
    count += words_.may_hold(key) ? 1U : 0U;
  }
  to.candidate_count = count;
  to.unknown_count = tokens.size() - count;
}

/// Gives each word of the segment its number.
void PhraseIndex::look_up(const Walk& walk) const {
  Buffers& to = walk.buffers;
  const auto candidates = std::span{to.candidates}.first(to.candidate_count);
  for (const Buffers::Candidate& candidate : candidates) words_.prefetch(candidate.key);
  std::uint32_t* const words = to.words.data();
  std::uint32_t* unknown = to.unknown.data() + to.unknown_count;
  Buffers::Telling* telling = to.telling.data();
  for (const Buffers::Candidate& candidate : candidates) {
    const std::uint32_t word =
        words_.find(candidate.key, [&] { return walk.segment.word(candidate.at); });
    if (word == WordTable::none) {
      *unknown++ = candidate.at;
      continue;
    }
    const std::uint32_t number = word & ~tells_alone;
    words[candidate.at] = number;
    *telling = {.at = candidate.at, .word = number};
    telling += word == number ? 0 : 1;
    __builtin_prefetch(&notes_of_[number]);
  }
  to.telling_count = static_cast<std::size_t>(telling - to.telling.data());
  to.unknown_count = static_cast<std::size_t>(unknown - to.unknown.data());
}

/// Finds what words tell alone.
void PhraseIndex::find_alone(const Walk& walk) const {
  const auto all = std::span{walk.buffers.telling}.first(walk.buffers.telling_count);
  for (const Buffers::Telling& telling : all)
    __builtin_prefetch(notes_.data() + notes_of_[telling.word]);
  for (const Buffers::Telling& telling : all)
    for (const std::uint32_t note : notes(telling.word)) take(walk, note, {telling.at, 1});
}

/// Finds the phrases that have two whole words or more.
void PhraseIndex::find_pairs(const Walk& walk) const {
  const auto size = static_cast<std::uint32_t>(walk.size());
  const std::uint32_t* const words = walk.buffers.words.data();
  std::uint32_t* const places = walk.buffers.places.data();
  std::size_t count = 0;
  for (std::uint32_t at = 0; at + 1 < size; ++at) {
    places[count] = at;
    count += pairs_.may_hold({words[at], words[at + 1]}) ? 1U : 0U;
  }
  const std::span all{places, count};
  for (const std::uint32_t at : all) pairs_.prefetch(walk.pair(at));
  for (const std::uint32_t at : all)
    for (const std::uint32_t note : pairs_.find(walk.pair(at))) take(walk, note, {at, 2});
}

/// Finds the phrases that are one prefix alone on words that no phrase holds, or on all where the
/// index knows of stems only.
void PhraseIndex::find_prefixes(const Walk& walk) const {
  std::uint32_t* const places = walk.buffers.places.data();
  std::size_t count = 0;
  const auto look_at = [&](std::uint32_t at) {
    places[count] = at;
    count += prefixes_.may_open(walk.start(at)) ? 1U : 0U;
  };
  if (walk.segment.stems.empty()) {
    const auto unknown = std::span{walk.buffers.unknown}.first(walk.buffers.unknown_count);
    std::for_each(unknown.begin(), unknown.end(), look_at);
  } else {
    for (std::uint32_t at = 0; at < walk.size(); ++at) look_at(at);
  }
  for (const std::uint32_t at : std::span{places, count}) {
    prefixes_.for_each(walk.key(at), walk.start(at),
                       [&](std::uint32_t phrase) { walk.add(phrase, at, 1); });
  }
}

bool PhraseIndex::stands(const Composite& composite, const Walk& walk, std::size_t first) const {
  const std::size_t open = composite.prefix_size == 0 ? 0 : 1;
  if (first + composite.whole_words + open > walk.size()) return false;
  for (std::size_t i = 0; i < composite.whole_words; ++i) {
    if (walk.buffers.words[first + i] != word_pool_[composite.words + i]) return false;
  }
  if (open != 0) {
    const std::string_view prefix =
        std::string_view{prefix_pool_}.substr(composite.prefix, composite.prefix_size);
    return walk.key(first + composite.whole_words).starts_with(prefix);
  }
  return composite.exact == 0 || is_exact(exact_[composite.exact - 1], walk.segment, first);
}

/// Takes what the words at a place tell.
void PhraseIndex::take(const Walk& walk, std::uint32_t note, const Place& place) const {
  if ((note & is_composite) == 0) {
    walk.add(note, place.first, place.count);
    return;
  }
  const Composite& composite = composites_[note & ~is_composite];
  if (composite.anchor > place.first) return;
  const std::size_t first = place.first - composite.anchor;
  const std::size_t words = composite.whole_words + (composite.prefix_size == 0 ? 0U : 1U);
  if (stands(composite, walk, first)) walk.add(composite.number, first, words);
}

void PhraseIndex::find(const ScoredText& text, Occurrences& found) const {
  found.start(size_);
  thread_local Buffers buffers;
  for (std::size_t i = 0; i < text.segments.size(); ++i) {
    const Segment& segment = text.segments[i];
    if (segment.weight == 0 || segment.tokens.tokens.empty()) continue;
    const Walk walk{.segment = segment,
                    .segment_number = static_cast<std::uint8_t>(i),
                    .found = found,
                    .buffers = buffers};
    buffers.make_room(walk.size());
    sift(walk);
    look_up(walk);
    find_alone(walk);
    find_pairs(walk);
    find_prefixes(walk);
    found.count(segment.weight);
  }
}

}  // namespace tocsin::topics
