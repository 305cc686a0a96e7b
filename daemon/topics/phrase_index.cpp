// SPDX-License-Identifier: Apache-2.0
#include "topics/phrase_index.hpp"

#include <algorithm>

namespace tocsin::topics {
namespace {

constexpr std::uint32_t unknown_word = UINT32_MAX;

bool is_capitals(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The exact form as written, or with a possessive behind it.
bool reads_exactly(std::string_view written, std::string_view exact) {
  if (!written.starts_with(exact)) return false;
  const std::string_view rest = written.substr(exact.size());
  return rest.empty() || rest.starts_with('\'') || rest.starts_with("’");
}

/// Capitals mean nothing in a line that is mostly capitals, which the tokenizer knows.
bool is_case_kept(const text::Token& token, std::string_view exact) {
  constexpr std::size_t longest_acronym = 6;
  const bool is_acronym =
      exact.size() >= 2 && exact.size() <= longest_acronym && is_capitals(exact);
  return token.is_exact_case || !is_acronym;
}

bool is_exact(const Phrase& phrase, const Segment& segment, std::size_t first) {
  for (std::size_t i = 0; i < phrase.exact.size(); ++i) {
    const text::Token& token = segment.tokens.tokens[first + i];
    if (!reads_exactly(segment.written(token), phrase.exact[i])) return false;
    if (!is_case_kept(token, phrase.exact[i])) return false;
  }
  return true;
}

}  // namespace

bool stands_at(const Phrase& phrase, const Segment& segment, std::size_t first) {
  const text::Tokens& tokens = segment.tokens;
  const std::size_t count = phrase.words.size();
  if (first + count > tokens.tokens.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view key = tokens.key(tokens.tokens[first + i]);
    const bool is_open = phrase.is_prefix && i + 1 == count;
    if (is_open ? !key.starts_with(phrase.words[i]) : key != phrase.words[i]) return false;
  }
  return is_exact(phrase, segment, first);
}

/// One segment on its way through the trie.
struct PhraseIndex::Walk {
  const Segment& segment;
  std::uint32_t segment_number;
  std::vector<std::uint32_t> words;  ///< Number of each word, or `unknown_word`.
  std::vector<PhraseHit>& hits;

  void add(std::uint32_t phrase, std::size_t first, std::size_t count) {
    hits.push_back({.phrase = phrase,
                    .segment = segment_number,
                    .first = static_cast<std::uint32_t>(first),
                    .count = static_cast<std::uint32_t>(count)});
  }
};

std::uint32_t PhraseIndex::word(const std::string& text) {
  return words_.try_emplace(text, static_cast<std::uint32_t>(words_.size())).first->second;
}

std::uint32_t PhraseIndex::child(std::uint32_t node, std::uint32_t word) {
  const std::uint64_t step = (std::uint64_t{node} << 32U) | word;
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto [place, is_new] = children_.try_emplace(step, next);
  if (is_new) nodes_.emplace_back();
  return place->second;
}

std::uint32_t PhraseIndex::add(const Phrase& phrase) {
  const auto next = static_cast<std::uint32_t>(phrases_.size());
  const auto [place, is_new] = numbers_.try_emplace(spelling(phrase), next);
  if (!is_new) return place->second;
  phrases_.push_back(phrase);
  std::uint32_t node = 0;
  const std::size_t whole = phrase.words.size() - (phrase.is_prefix ? 1 : 0);
  for (std::size_t i = 0; i < whole; ++i) node = child(node, word(phrase.words[i]));
  if (!phrase.is_prefix) {
    nodes_[node].complete.push_back(next);
  } else if (node != 0) {
    nodes_[node].open.push_back(next);
  } else {
    const std::string& prefix = phrase.words.back();
    prefixes_[prefix].push_back(next);
    const auto size = std::lower_bound(prefix_sizes_.begin(), prefix_sizes_.end(), prefix.size());
    if (size == prefix_sizes_.end() || *size != prefix.size()) {
      prefix_sizes_.insert(size, prefix.size());
    }
  }
  return next;
}

void PhraseIndex::find_prefixes(Walk& walk, std::size_t first) const {
  const text::Tokens& tokens = walk.segment.tokens;
  const std::string_view key = tokens.key(tokens.tokens[first]);
  for (const std::size_t size : prefix_sizes_) {
    if (size > key.size()) return;
    const auto found = prefixes_.find(key.substr(0, size));
    if (found == prefixes_.end()) continue;
    for (const std::uint32_t phrase : found->second) walk.add(phrase, first, 1);
  }
}

void PhraseIndex::find_from(Walk& walk, std::size_t first) const {
  const text::Tokens& tokens = walk.segment.tokens;
  std::uint32_t node = 0;
  for (std::size_t at = first; at < walk.words.size(); ++at) {
    if (walk.words[at] == unknown_word) return;
    const auto next = children_.find((std::uint64_t{node} << 32U) | walk.words[at]);
    if (next == children_.end()) return;
    node = next->second;
    const std::size_t count = at + 1 - first;
    for (const std::uint32_t phrase : nodes_[node].complete) {
      if (is_exact(phrases_[phrase], walk.segment, first)) walk.add(phrase, first, count);
    }
    if (at + 1 == walk.words.size()) return;
    const std::string_view following = tokens.key(tokens.tokens[at + 1]);
    for (const std::uint32_t phrase : nodes_[node].open) {
      if (following.starts_with(phrases_[phrase].words.back())) walk.add(phrase, first, count + 1);
    }
  }
}

std::vector<PhraseHit> PhraseIndex::find(const ScoredText& text) const {
  std::vector<PhraseHit> hits;
  for (std::size_t i = 0; i < text.segments.size(); ++i) {
    const Segment& segment = text.segments[i];
    if (segment.weight == 0) continue;
    Walk walk{.segment = segment,
              .segment_number = static_cast<std::uint32_t>(i),
              .words = {},
              .hits = hits};
    walk.words.reserve(segment.tokens.tokens.size());
    for (const text::Token& token : segment.tokens.tokens) {
      const auto found = words_.find(segment.tokens.key(token));
      walk.words.push_back(found == words_.end() ? unknown_word : found->second);
    }
    for (std::size_t first = 0; first < walk.words.size(); ++first) {
      find_from(walk, first);
      find_prefixes(walk, first);
    }
  }
  return hits;
}

}  // namespace tocsin::topics
