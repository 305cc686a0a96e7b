// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::topics {

/// A word as `WordTable` compares it: its first 16 bytes, with zeros behind a shorter one. Of a
/// longer word `low` is a hash of all of it, and `high` the inverse of its size, which is no UTF-8.
struct WordKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t hash = 0;
  std::string_view text;  ///< Borrowed.
};

namespace word_bits {

// Odd numbers without a pattern in their bits: the fractions of the golden ratio and of √3.
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
constexpr std::uint64_t rooted = 0xBB67AE8584CAA73B;

template <typename Number>
[[nodiscard]] inline Number load(const void* from) {
  Number bytes{};
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

[[nodiscard]] inline std::uint64_t mix(std::uint64_t low, std::uint64_t high) {
  const std::uint64_t sum = low * golden + std::rotl(high * rooted, 32);
  return (sum ^ (sum >> 32U)) * golden;
}

constexpr std::size_t most_bytes = 16;

/// Sixteen bytes of ones, then sixteen of zeros.
constexpr std::array<unsigned char, 2 * most_bytes> window = [] {
  std::array<unsigned char, 2 * most_bytes> bytes{};
  for (std::size_t i = 0; i < most_bytes; ++i) bytes[i] = 0xFF;
  return bytes;
}();

/// Ones for the bytes of a number that are among the first `size`; it holds those from `at` on.
template <typename Number>
[[nodiscard]] inline Number mask(std::size_t size, std::size_t at = 0) {
  return load<Number>(&window[most_bytes + at - size]);
}

}  // namespace word_bits

[[nodiscard]] std::uint64_t hash_of_long_word(std::string_view word);

/// The key of a word behind whose first byte 16 may be read, as those of `text::Tokens` are.
/// Without a branch on the size, which no processor guesses. In place, as it is called at every
/// word and its result is taken apart at once.
[[nodiscard]] inline WordKey padded_word_key(std::string_view word) {
  WordKey key;
  key.text = word;
  if (word.size() > word_bits::most_bytes) {
    key.low = hash_of_long_word(word);
    key.high = ~std::uint64_t{word.size()};
  } else {
    key.low = word_bits::load<std::uint64_t>(word.data());
    key.high = word_bits::load<std::uint64_t>(word.data() + sizeof key.low);
    key.low &= word_bits::mask<std::uint64_t>(word.size());
    key.high &= word_bits::mask<std::uint64_t>(word.size(), sizeof key.low);
  }
  key.hash = word_bits::mix(key.low, key.high);
  return key;
}

/// The key of any word.
[[nodiscard]] WordKey word_key(std::string_view word);

/// Words to numbers, for a lookup at every word of every item.
///
/// One array with linear probing that holds short words in place: a table of strings would follow a
/// pointer at each word. Most words of a text are none of the table's; a filter of bits, small
/// enough to stay near the processor, tells most of those.
class WordTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// The word's number: the one it has, or `number`, which becomes its own. The word is not empty.
  std::uint32_t add(std::string_view word, std::uint32_t number);

  /// Fills the filter, and replaces each number by what `change` makes of it. To be called once,
  /// after the last `add`.
  template <typename Change>
  void finish(const Change& change) {
    start_filter();
    for (Slot& slot : slots_) {
      if (slot.number == none) continue;
      slot.number = change(slot.number);
      const std::uint64_t hash = word_bits::mix(slot.low, slot.high);
      filter_[filter_place(hash)] |= filter_bits(hash);
    }
  }

  /// False for most words that are not in the table. Once finished.
  [[nodiscard]] bool may_hold(const WordKey& key) const {
    return (~filter_[filter_place(key.hash)] & filter_bits(key.hash)) == 0;
  }

  /// Starts to load what `find` will look at.
  void prefetch(const WordKey& key) const { __builtin_prefetch(&slots_[place(key.hash)]); }

  /// The number of a word, or `none`.
  [[nodiscard]] std::uint32_t find(const WordKey& key) const {
    for (std::size_t at = place(key.hash);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.number == none || is_same(slot, key)) return slot.number;
    }
  }

 private:
  /// Of a longer word `text` is its place in `long_words_`.
  struct Slot {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t number = none;  ///< `none` = free.
    std::uint32_t text = 0;
  };

  static constexpr std::size_t smallest = 16;
  static constexpr unsigned bits_each = 64;  ///< Of a number of the filter.

  [[nodiscard]] std::size_t place(std::uint64_t hash) const { return hash >> shift_; }

  /// By other bits than `place`.
  [[nodiscard]] std::size_t filter_place(std::uint64_t hash) const {
    return (hash / (bits_each * bits_each)) & (filter_.size() - 1);
  }

  /// Two, both in one number.
  [[nodiscard]] static std::uint64_t filter_bits(std::uint64_t hash) {
    return std::uint64_t{1} << (hash % bits_each) | std::uint64_t{1}
                                                        << (hash / bits_each % bits_each);
  }

  [[nodiscard]] bool is_same(const Slot& slot, const WordKey& key) const {
    if (((slot.low ^ key.low) | (slot.high ^ key.high)) != 0) return false;
    return key.text.size() <= word_bits::most_bytes ||
           long_words_.compare(slot.text, key.text.size(), key.text) == 0;
  }

  void grow();
  void put(const Slot& slot);
  void start_filter();

  std::vector<Slot> slots_ = std::vector<Slot>(smallest);
  std::string long_words_;
  std::vector<std::uint64_t> filter_ = {0};
  std::size_t size_ = 0;
  std::size_t mask_ = smallest - 1;
  unsigned shift_ = 64 - std::countr_zero(smallest);
};

}  // namespace tocsin::topics
