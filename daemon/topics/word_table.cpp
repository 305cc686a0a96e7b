// SPDX-License-Identifier: Apache-2.0
#include "topics/word_table.hpp"

#include <bit>
#include <utility>

namespace tocsin::topics {

std::uint64_t hash_of_long_word(std::string_view word) {
  std::uint64_t hash = word.size();
  std::size_t at = 0;
  for (; at + 8 <= word.size(); at += 8)
    hash = word_bits::mix(hash, word_bits::load<std::uint64_t>(&word[at]), 1);
  for (; at < word.size(); ++at)
    hash = word_bits::mix(hash, static_cast<unsigned char>(word[at]), 2);
  return hash;
}

std::uint32_t WordTable::add(std::string_view word, std::uint32_t number) {
  const WordKey key = word_key(word);
  if (const std::uint32_t known = find(key); known != none) return known;
  // Half full at most: a search ends after a step or two.
  if (2 * (size_ + 1) > slots_.size()) grow();
  Slot slot{.low = key.low, .high = key.high, .number = number, .size = key.size};
  if (key.size > longest_in_place) {
    slot.high = long_words_.size();
    long_words_ += word;
  }
  put(slot);
  ++size_;
  return number;
}

void WordTable::put(const Slot& slot) {
  const std::uint64_t hash =
      slot.size > longest_in_place ? slot.low : word_bits::mix(slot.low, slot.high, slot.size);
  std::size_t at = place(hash);
  while (slots_[at].size != 0) at = (at + 1) & mask_;
  slots_[at] = slot;
}

void WordTable::grow() {
  constexpr std::size_t smallest = 16;
  const std::vector<Slot> before =
      std::exchange(slots_, std::vector<Slot>(slots_.empty() ? smallest : slots_.size() * 2));
  mask_ = slots_.size() - 1;
  shift_ = static_cast<unsigned>(64 - std::countr_zero(slots_.size()));
  for (const Slot& slot : before)
    if (slot.size != 0) put(slot);
}

}  // namespace tocsin::topics
