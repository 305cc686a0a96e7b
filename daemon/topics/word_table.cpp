// SPDX-License-Identifier: Apache-2.0
#include "topics/word_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace tocsin::topics {

std::uint64_t hash_of_long_word(std::string_view word) {
  constexpr std::size_t step = sizeof(std::uint64_t);
  std::uint64_t hash = word.size();
  std::size_t at = 0;
  for (; at + step <= word.size(); at += step)
    hash = word_bits::mix(hash + 1, word_bits::load<std::uint64_t>(&word[at]));
  for (; at < word.size(); ++at)
    hash = word_bits::mix(hash + 2, static_cast<unsigned char>(word[at]));
  return hash;
}

WordKey word_key(std::string_view word) {
  std::array<char, word_bits::most_bytes> padded{};
  if (word.size() > padded.size()) return padded_word_key(word);
  std::copy(word.begin(), word.end(), padded.begin());
  return padded_word_key({padded.data(), word.size()});
}

std::uint32_t WordTable::add(std::string_view word, std::uint32_t number) {
  const WordKey key = word_key(word);
  if (const std::uint32_t known = find(key, [&] { return word; }); known != none) return known;
  // Half full at most: a search ends after a step or two.
  if (2 * (size_ + 1) > slots_.size()) grow();
  Slot slot{.low = key.low, .high = key.high, .number = number, .text = 0};
  if (word.size() > word_bits::most_bytes) {
    slot.text = static_cast<std::uint32_t>(long_words_.size());
    long_words_ += word;
  }
  put(slot);
  ++size_;
  return number;
}

void WordTable::put(const Slot& slot) {
  std::size_t at = place(word_bits::mix(slot.low, slot.high));
  while (slots_[at].number != none) at = (at + 1) & mask_;
  slots_[at] = slot;
}

void WordTable::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  mask_ = slots_.size() - 1;
  --shift_;
  for (const Slot& slot : before)
    if (slot.number != none) put(slot);
}

WordTable::Bytes WordTable::bytes_of(const Slot& slot) {
  Bytes bytes{};
  std::memcpy(bytes.data(), &slot.low, sizeof slot.low);
  std::memcpy(bytes.data() + sizeof slot.low, &slot.high, sizeof slot.high);
  return bytes;
}

std::string_view WordTable::text_of(const Slot& slot, const Bytes& bytes) const {
  if (is_long(slot.high)) return long_text(slot);
  const auto end = std::find(bytes.begin(), bytes.end(), '\0');
  return {bytes.data(), static_cast<std::size_t>(end - bytes.begin())};
}

}  // namespace tocsin::topics
