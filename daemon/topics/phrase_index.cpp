// SPDX-License-Identifier: Apache-2.0
#include "topics/phrase_index.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "topics/phrase_number.hpp"

namespace tocsin::topics {

std::uint32_t PhraseIndex::word(std::string_view text) {
  const std::uint32_t number = words_.add(text, static_cast<std::uint32_t>(size_));
  if (number == size_) ++size_;
  lengths_.resize(std::max<std::size_t>(lengths_.size(), number + 1));
  lengths_[number] = text.size();
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

/// A word that few phrases hold is rare in texts as well; of words that about as many hold, which
/// among few topics all are, the longer one.
void PhraseIndex::choose_anchors() {
  std::vector<std::uint32_t> holders(size_);
  for (const std::uint32_t word : word_pool_) ++holders[word];
  const auto commonness = [&](std::uint32_t word) {
    return std::pair{std::bit_width(holders[word]), SIZE_MAX - lengths_[word]};
  };
  for (Composite& composite : composites_) {
    const auto first = word_pool_.begin() + composite.words;
    const auto rarest = std::min_element(
        first, first + composite.whole_words,
        [&](std::uint32_t a, std::uint32_t b) { return commonness(a) < commonness(b); });
    composite.anchor = static_cast<std::uint8_t>(rarest - first);
  }
}

/// The word of a composite that it is looked for by.
std::uint32_t PhraseIndex::anchor_of(const Composite& composite) const {
  return word_pool_[composite.words + composite.anchor];
}

PhraseIndex::Hook PhraseIndex::hook_of(const Composite& composite) const {
  const int anchor = composite.anchor;
  const int last = composite.whole_words - 1;
  Hook hook;
  hook.phrase = composite.number;
  hook.composite = WordTable::none;
  hook.anchor = composite.anchor;
  hook.words =
      static_cast<std::uint8_t>(composite.whole_words + (composite.prefix_size != 0 ? 1 : 0));
  std::size_t known = 0;
  for (const int at : {anchor + 1, anchor - 1, anchor + 2, anchor - 2}) {
    if (at < 0 || at > last || known == hook.sides.size()) continue;
    hook.sides[known++] = static_cast<std::int8_t>(at - anchor);
  }
  const auto place = word_pool_.begin() + composite.words + anchor;
  for (std::size_t i = 0; i < hook.sides.size(); ++i) hook.neighbours[i] = place[hook.sides[i]];
  return hook;
}

/// Hangs every composite on its anchor, and keeps of each what its hook does not tell.
void PhraseIndex::hang_up() {
  std::sort(composites_.begin(), composites_.end(), [&](const Composite& a, const Composite& b) {
    return std::pair{anchor_of(a), a.number} < std::pair{anchor_of(b), b.number};
  });
  anchored_.assign(size_ + 1, 0);
  hooks_.reserve(composites_.size());
  std::vector<Composite> kept;
  for (const Composite& composite : composites_) {
    ++anchored_[anchor_of(composite) + 1];
    Hook& hook = hooks_.emplace_back(hook_of(composite));
    constexpr std::uint8_t most_told = 3;
    if (hook.words <= most_told && composite.prefix_size == 0 && composite.exact == 0) continue;
    hook.composite = static_cast<std::uint32_t>(kept.size());
    kept.push_back(composite);
  }
  kept.shrink_to_fit();
  composites_ = std::move(kept);
}

void PhraseIndex::finish() {
  choose_anchors();
  hang_up();
  words_.finish([this](std::uint32_t number) {
    const bool is_plain = number < is_plain_.size() && is_plain_[number];
    return number | (anchored_[number + 1] != 0 ? anchors_something : 0) |
           (is_plain ? is_phrase_itself : 0);
  });
  std::partial_sum(anchored_.begin(), anchored_.end(), anchored_.begin());
  prefixes_.finish();
  numbers_ = {};
  lengths_ = {};
  is_plain_ = {};
  word_pool_.shrink_to_fit();
}

}  // namespace tocsin::topics
