// SPDX-License-Identifier: Apache-2.0
#include "topics/phrase_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>

namespace tocsin::topics {
namespace {

// Above the number of a word stand two flags.
constexpr std::uint32_t anchors_something = std::uint32_t{1} << 31U;
constexpr std::uint32_t is_phrase_itself = std::uint32_t{1} << 30U;
constexpr std::uint32_t number_bits = is_phrase_itself - 1;

/// Prefixes of this length or longer share a bit of the filter.
constexpr std::uint32_t last_bit = 31;

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

/// Longest beginning of a word that leads into the prefix filter, in bytes.
constexpr std::size_t longest_start = 4;

/// Place of `count` of the first letters of a word, which are `start`, in a filter of a power of
/// two.
std::size_t filter_place(std::uint32_t start, std::size_t count, std::size_t filter_size) {
  constexpr std::uint32_t golden = 0x9E3779B9;
  start &= word_bits::mask<std::uint32_t>(count);
  const std::uint32_t hash = (start + static_cast<std::uint32_t>(count)) * golden;
  return (hash ^ (hash >> 15U)) & (filter_size - 1);
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

/// A word that the table of words may hold.
struct PhraseIndex::Candidate {
  WordKey key;
  std::uint32_t at = 0;  ///< Its place in the segment.
};

/// A word that begins like prefixes of some lengths, which are bits.
struct PhraseIndex::Opening {
  std::uint32_t at = 0;
  std::uint32_t lengths = 0;
};

/// One segment on its way through the index.
struct PhraseIndex::Walk {
  const Segment& segment;
  std::uint32_t segment_number;
  Occurrences& found;
  std::vector<std::uint32_t>& words;    ///< Number of each word, or none.
  std::vector<std::uint32_t>& anchors;  ///< Places of words on which phrases hang.
  std::span<const Candidate> candidates = {};
  std::span<const Opening> openings = {};

  /// As prefixes are compared with it, which is never by stems.
  [[nodiscard]] std::string_view key(std::size_t at) const {
    return segment.tokens.key(segment.tokens.tokens[at]);
  }

  void add(std::uint32_t phrase, std::size_t first, std::size_t count) const {
    found.add({.phrase = phrase,
               .segment = segment_number,
               .first = static_cast<std::uint32_t>(first),
               .count = static_cast<std::uint32_t>(count)},
              segment.weight);
  }
};

std::uint32_t PhraseIndex::word(std::string_view text) {
  const std::uint32_t number = words_.add(text, static_cast<std::uint32_t>(size_));
  if (number == size_) ++size_;
  return number;
}

std::uint32_t PhraseIndex::add(const Phrase& phrase) {
  if (phrase.words.size() == 1 && !phrase.is_prefix && phrase.exact.empty()) {
    const std::uint32_t number = word(phrase.words.front());
    is_plain_.resize(std::max<std::size_t>(is_plain_.size(), number + 1));
    is_plain_[number] = true;
    return number;
  }
  const auto next = static_cast<std::uint32_t>(size_);
  const auto [place, is_new] = numbers_.try_emplace(spelling(phrase), next);
  if (!is_new) return place->second;
  ++size_;
  add_composite(phrase, next);
  return next;
}

void PhraseIndex::add_composite(const Phrase& phrase, std::uint32_t number) {
  Composite composite;
  composite.number = number;
  composite.words = static_cast<std::uint32_t>(word_pool_.size());
  composite.whole_words =
      static_cast<std::uint8_t>(phrase.words.size() - (phrase.is_prefix ? 1 : 0));
  for (std::size_t i = 0; i < composite.whole_words; ++i)
    word_pool_.push_back(word(phrase.words[i]));
  if (phrase.is_prefix) {
    const std::string& prefix = phrase.words.back();
    if (composite.whole_words == 0) {
      prefixes_.add(prefix, number);
      prefix_texts_.push_back(prefix);
      return;
    }
    composite.prefix = static_cast<std::uint32_t>(prefix_pool_.size());
    composite.prefix_size = static_cast<std::uint16_t>(prefix.size());
    prefix_pool_ += prefix;
  }
  if (!phrase.exact.empty()) {
    exact_.push_back(phrase.exact);
    composite.exact = static_cast<std::uint32_t>(exact_.size());
  }
  composites_.push_back(composite);
}

void PhraseIndex::choose_anchors() {
  std::vector<std::uint32_t> holders(size_);
  for (const std::uint32_t word : word_pool_) ++holders[word];
  for (Composite& composite : composites_) {
    const auto first = word_pool_.begin() + composite.words;
    const auto rarest =
        std::min_element(first, first + composite.whole_words,
                         [&](std::uint32_t a, std::uint32_t b) { return holders[a] < holders[b]; });
    composite.anchor = static_cast<std::uint8_t>(rarest - first);
  }
}

void PhraseIndex::fill_prefix_filter() {
  if (prefix_texts_.empty()) return;
  constexpr std::size_t places_per_prefix = 16;
  prefix_filter_.resize(std::bit_ceil(prefix_texts_.size() * places_per_prefix));
  for (const std::string& prefix : prefix_texts_) {
    const std::size_t bit = std::min<std::size_t>(prefix.size(), last_bit);
    const std::size_t count = std::min(prefix.size(), longest_start);
    prefix_starts_ |= std::uint32_t{1} << count;
    std::uint32_t start = 0;
    std::memcpy(&start, prefix.data(), count);
    prefix_filter_[filter_place(start, count, prefix_filter_.size())] |= std::uint32_t{1} << bit;
    if (prefix.size() >= last_bit) long_lengths_.push_back(prefix.size());
  }
  std::sort(long_lengths_.begin(), long_lengths_.end());
  long_lengths_.erase(std::unique(long_lengths_.begin(), long_lengths_.end()), long_lengths_.end());
}

void PhraseIndex::finish() {
  choose_anchors();
  const auto anchor = [this](const Composite& composite) {
    return word_pool_[composite.words + composite.anchor];
  };
  std::sort(composites_.begin(), composites_.end(),
            [&](const Composite& a, const Composite& b) { return anchor(a) < anchor(b); });
  anchored_.assign(size_ + 1, 0);
  for (const Composite& composite : composites_) ++anchored_[anchor(composite) + 1];
  words_.finish([this](std::uint32_t number) {
    const bool is_plain = number < is_plain_.size() && is_plain_[number];
    return number | (anchored_[number + 1] != 0 ? anchors_something : 0) |
           (is_plain ? is_phrase_itself : 0);
  });
  std::partial_sum(anchored_.begin(), anchored_.end(), anchored_.begin());
  fill_prefix_filter();
  numbers_ = {};
  prefix_texts_ = {};
  is_plain_ = {};
  composites_.shrink_to_fit();
  word_pool_.shrink_to_fit();
}

/// Finds the words of the segment that the table may hold, and those that begin like a prefix. They
/// are written down without a branch, which at each word would be guessed wrong too often.
void PhraseIndex::sift(Walk& walk) const {
  thread_local std::vector<Candidate> candidates;
  thread_local std::vector<Opening> openings;
  const std::vector<text::Token>& tokens = walk.segment.tokens.tokens;
  const char* const forms = walk.segment.tokens.keys.data();
  const bool has_stems = !walk.segment.stems.empty();
  candidates.resize(std::max(candidates.size(), tokens.size() + 1));
  openings.resize(std::max(openings.size(), tokens.size() + 1));
  std::size_t candidate = 0;
  std::size_t opening = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto at = static_cast<std::uint32_t>(i);
    const std::string_view form{forms + tokens[i].key_begin, tokens[i].key_size};
    // Apart from the stem's: a choice between two texts would become a branch inside of the key.
    const WordKey own = padded_word_key(form);
    const WordKey key = has_stems ? padded_word_key(walk.segment.word(i)) : own;
    candidates[candidate] = {.key = key, .at = at};
    candidate += words_.may_hold(key) ? 1U : 0U;
    // What stands behind a shorter word does no harm: prefixes are compared with the word alone.
    const auto start = word_bits::load<std::uint32_t>(form.data());
    openings[opening] = {.at = at, .lengths = prefix_lengths(start)};
    opening += openings[opening].lengths != 0 ? 1U : 0U;
  }
  walk.candidates = std::span{candidates}.first(candidate);
  walk.openings = std::span{openings}.first(opening);
}

/// Gives each word of the segment its number, and notes those that are phrases.
void PhraseIndex::look_up(Walk& walk) const {
  sift(walk);
  for (const Candidate& candidate : walk.candidates) words_.prefetch(candidate.key);
  walk.words.assign(walk.segment.tokens.tokens.size(), WordTable::none);
  walk.anchors.clear();
  for (const Candidate& candidate : walk.candidates) {
    const std::uint32_t word = words_.find(candidate.key);
    if (word == WordTable::none) continue;
    walk.words[candidate.at] = word;
    if ((word & is_phrase_itself) != 0) walk.add(word & number_bits, candidate.at, 1);
    if ((word & anchors_something) != 0) walk.anchors.push_back(candidate.at);
  }
}

bool PhraseIndex::stands(const Composite& composite, const Walk& walk, std::size_t first) const {
  const std::size_t open = composite.prefix_size == 0 ? 0 : 1;
  if (first + composite.whole_words + open > walk.words.size()) return false;
  for (std::size_t i = 0; i < composite.whole_words; ++i) {
    const std::uint32_t word = walk.words[first + i];
    if (word == WordTable::none) return false;
    if ((word & number_bits) != word_pool_[composite.words + i]) return false;
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
    const Composite& composite = composites_[i];
    if (composite.anchor > at) continue;
    const std::size_t first = at - composite.anchor;
    if (!stands(composite, walk, first)) continue;
    const std::size_t open = composite.prefix_size == 0 ? 0 : 1;
    walk.add(composite.number, first, composite.whole_words + open);
  }
}

void PhraseIndex::find_prefix(const Walk& walk, std::size_t at, std::size_t size) const {
  const std::string_view key = walk.key(at);
  if (size > key.size()) return;
  const std::uint32_t number = prefixes_.find(padded_word_key(key.substr(0, size)));
  if (number != WordTable::none) walk.add(number, at, 1);
}

std::uint32_t PhraseIndex::prefix_lengths(std::uint32_t start) const {
  std::uint32_t lengths = 0;
  const auto look = [&](std::size_t count, std::uint32_t wanted) {
    if ((prefix_starts_ & (std::uint32_t{1} << count)) == 0) return;
    lengths |= prefix_filter_[filter_place(start, count, prefix_filter_.size())] & wanted;
  };
  look(4, ~std::uint32_t{0} << 4U);
  look(3, std::uint32_t{1} << 3U);
  look(2, std::uint32_t{1} << 2U);
  return lengths;
}

void PhraseIndex::find_prefixes(const Walk& walk, const Opening& opening) const {
  const std::size_t at = opening.at;
  for (std::uint32_t lengths = opening.lengths; lengths != 0; lengths &= lengths - 1) {
    const auto size = static_cast<std::size_t>(std::countr_zero(lengths));
    if (size < last_bit) {
      find_prefix(walk, at, size);
    } else {
      for (const std::size_t longer : long_lengths_) find_prefix(walk, at, longer);
    }
  }
}

void PhraseIndex::find(const ScoredText& text, Occurrences& found) const {
  found.start(size_);
  thread_local std::vector<std::uint32_t> words;
  thread_local std::vector<std::uint32_t> anchors;
  for (std::size_t i = 0; i < text.segments.size(); ++i) {
    const Segment& segment = text.segments[i];
    if (segment.weight == 0 || segment.tokens.tokens.empty()) continue;
    Walk walk{.segment = segment,
              .segment_number = static_cast<std::uint32_t>(i),
              .found = found,
              .words = words,
              .anchors = anchors};
    look_up(walk);
    for (const std::uint32_t at : anchors) find_anchored(walk, words[at] & number_bits, at);
    for (const Opening& opening : walk.openings) find_prefixes(walk, opening);
  }
}

}  // namespace tocsin::topics
