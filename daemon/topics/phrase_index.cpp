// SPDX-License-Identifier: Apache-2.0
#include "topics/phrase_index.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace tocsin::topics {

std::uint32_t PhraseIndex::word(std::string_view text) {
  const std::uint32_t number = words_.add(text, static_cast<std::uint32_t>(size_));
  if (number == size_) ++size_;
  lengths_.resize(size_);
  is_plain_.resize(size_);
  lengths_[number] = text.size();
  return number;
}

std::uint32_t PhraseIndex::add(const Phrase& phrase) {
  if (phrase.words.size() == 1 && !phrase.is_prefix && phrase.exact.empty()) {
    const std::uint32_t number = word(phrase.words.front());
    if (!is_plain_[number]) added_.push_back({number, number});
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

/// Two words that few phrases hold are rare in texts as well; of words that about as many hold,
/// which among few topics all are, the longer ones.
void PhraseIndex::choose_anchors() {
  std::vector<std::uint32_t> holders(size_);
  for (const std::uint32_t word : word_pool_) ++holders[word];
  const auto commonness = [&](std::size_t at) {
    const std::uint32_t word = word_pool_[at];
    return std::pair{std::bit_width(holders[word]), SIZE_MAX - lengths_[word]};
  };
  for (Composite& composite : composites_) {
    const auto pair_commonness = [&](std::size_t anchor) {
      const std::size_t at = composite.words + anchor;
      return std::minmax({commonness(at), commonness(at + 1)});
    };
    for (std::size_t i = 1; i + 1 < composite.whole_words; ++i) {
      if (pair_commonness(i) < pair_commonness(composite.anchor))
        composite.anchor = static_cast<std::uint8_t>(i);
    }
  }
}

/// Puts every composite down for its pair of words, or for its only one. Those that a pair tells
/// are not kept.
void PhraseIndex::hang_up() {
  std::vector<Composite> kept;
  for (const Composite& composite : composites_) {
    const std::uint32_t* const words = &word_pool_[composite.words + composite.anchor];
    const bool is_told =
        composite.whole_words == 2 && composite.prefix_size == 0 && composite.exact == 0;
    const auto next = static_cast<std::uint32_t>(kept.size());
    const std::uint32_t note = is_told ? composite.number : is_composite | next;
    if (!is_told) kept.push_back(composite);
    if (composite.whole_words > 1)
      pairs_.add({words[0], words[1]}, note);
    else
      added_.push_back({words[0], note});
  }
  kept.shrink_to_fit();
  composites_ = std::move(kept);
}

/// Puts every prefix down for the words that begin with it, so that it need not be looked for.
void PhraseIndex::note_prefixes() {
  words_.for_each([this](std::string_view word, std::uint32_t number) {
    prefixes_.for_each(word, word_bits::load<std::uint64_t>(word.data()),
                       [&](std::uint32_t phrase) {
                         added_.push_back({number, phrase});
                       });
  });
}

void PhraseIndex::gather_notes() {
  notes_of_.assign(size_ + 1, 0);
  for (const Added& added : added_) ++notes_of_[added.word + 1];
  std::partial_sum(notes_of_.begin(), notes_of_.end(), notes_of_.begin());
  notes_.resize(added_.size());
  std::vector<std::uint32_t> next = notes_of_;
  for (const Added& added : added_) notes_[next[added.word]++] = added.note;
  added_ = {};
}

void PhraseIndex::finish(WordForm form) {
  choose_anchors();
  hang_up();
  pairs_.finish();
  prefixes_.finish();
  if (form == WordForm::written) note_prefixes();
  gather_notes();
  words_.finish([this](std::uint32_t number) {
    return notes(number).empty() ? number : number | tells_alone;
  });
  numbers_ = {};
  lengths_ = {};
  is_plain_ = {};
  word_pool_.shrink_to_fit();
}

}  // namespace tocsin::topics
