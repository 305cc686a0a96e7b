// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::topics {

/// A word as `WordTable` compares it. Words of up to 16 bytes are their two halves, which overlap
/// in shorter ones; longer words are told by their hash until they are compared in full.
struct WordKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t hash = 0;
  const char* text = nullptr;  ///< Borrowed.
  std::uint32_t size = 0;
};

namespace word_bits {

// Odd numbers without a pattern in their bits: the fractions of the golden ratio and of √3.
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
constexpr std::uint64_t rooted = 0xBB67AE8584CAA73B;

template <typename Number>
[[nodiscard]] inline std::uint64_t load(const char* from) {
  Number bytes{};
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

[[nodiscard]] inline std::uint64_t mix(std::uint64_t low, std::uint64_t high, std::uint64_t size) {
  const std::uint64_t sum = (low + size) * golden + std::rotl(high * rooted, 32);
  return (sum ^ (sum >> 32U)) * golden;
}

}  // namespace word_bits

[[nodiscard]] std::uint64_t hash_of_long_word(std::string_view word);

// In place, as it is called at every word and its result is taken apart at once.
[[nodiscard]] inline WordKey word_key(std::string_view word) {
  WordKey key;
  key.text = word.data();
  key.size = static_cast<std::uint32_t>(word.size());
  const char* const data = word.data();
  if (word.size() > 16) {
    key.hash = key.low = hash_of_long_word(word);
    return key;
  }
  if (word.size() >= 8) {
    key.low = word_bits::load<std::uint64_t>(data);
    key.high = word_bits::load<std::uint64_t>(data + word.size() - 8);
  } else if (word.size() >= 4) {
    key.low = word_bits::load<std::uint32_t>(data) |
              word_bits::load<std::uint32_t>(data + word.size() - 4) << 32U;
  } else if (!word.empty()) {
    key.low = word_bits::load<unsigned char>(data) |
              word_bits::load<unsigned char>(data + word.size() / 2) << 8U |
              word_bits::load<unsigned char>(data + word.size() - 1) << 16U;
  }
  key.hash = word_bits::mix(key.low, key.high, word.size());
  return key;
}

/// Words to numbers, for a lookup at every word of every item.
///
/// One array with linear probing that holds short words in place, so that a lookup that was
/// prefetched touches no other memory: a table of strings would follow a pointer at each word.
class WordTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// The word's number: the one it has, or `number`, which becomes its own. The word is not empty.
  std::uint32_t add(std::string_view word, std::uint32_t number);

  /// Starts to load what `find` will look at.
  void prefetch(const WordKey& key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[place(key.hash)]);
  }

  /// The number of a word, or `none`.
  [[nodiscard]] std::uint32_t find(const WordKey& key) const {
    if (slots_.empty()) return none;
    for (std::size_t at = place(key.hash);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.size == 0) return none;
      if (is_same(slot, key)) return slot.number;
    }
  }

  /// Replaces each number by what `change` makes of it.
  template <typename Change>
  void renumber(const Change& change) {
    for (Slot& slot : slots_)
      if (slot.size != 0) slot.number = change(slot.number);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t longest_in_place = 16;

  /// Of a longer word `low` is its hash and `high` its place in `long_words_`.
  struct Slot {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t number = 0;
    std::uint32_t size = 0;  ///< 0 = free.
  };

  [[nodiscard]] std::size_t place(std::uint64_t hash) const { return hash >> shift_; }

  [[nodiscard]] bool is_same(const Slot& slot, const WordKey& key) const {
    if (slot.size != key.size || slot.low != key.low) return false;
    if (key.size <= longest_in_place) return slot.high == key.high;
    return long_words_.compare(slot.high, key.size, key.text, key.size) == 0;
  }

  void grow();
  void put(const Slot& slot);

  std::vector<Slot> slots_;
  std::string long_words_;
  std::size_t size_ = 0;
  std::size_t mask_ = 0;
  unsigned shift_ = 64;
};

}  // namespace tocsin::topics
