// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topics/bit_filter.hpp"
#include "topics/word_bits.hpp"

namespace tocsin::topics {

/// A word as `WordTable` compares it: its first 16 bytes, with zeros behind a shorter one. Of a
/// longer word `low` is a hash of all of it, and `high` the inverse of its size, which is no UTF-8.
struct WordKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t hash = 0;
};

[[nodiscard]] std::uint64_t hash_of_long_word(std::string_view word);

/// The key of a word behind whose first byte 16 may be read, as those of `text::Tokens` are.
/// Without a branch on the size, which no processor guesses. In place, as it is called at every
/// word and its result is taken apart at once.
[[nodiscard]] inline WordKey padded_word_key(std::string_view word) {
  WordKey key;
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

  /// Calls `take` with each word and its number. Behind the first byte of the word 16 may be read.
  template <typename Take>
  void for_each(const Take& take) const {
    for (const Slot& slot : slots_) {
      if (slot.number == none) continue;
      const Bytes bytes = bytes_of(slot);
      take(text_of(slot, bytes), slot.number);
    }
  }

  /// Replaces each number by what `change` makes of it. To be called once, after the last `add`.
  template <typename Change>
  void finish(const Change& change) {
    filter_.start(size_);
    for (Slot& slot : slots_) {
      if (slot.number == none) continue;
      slot.number = change(slot.number);
      filter_.add(word_bits::mix(slot.low, slot.high));
    }
  }

  /// False for most words that are not in the table. Once finished.
  [[nodiscard]] bool may_hold(const WordKey& key) const { return filter_.may_hold(key.hash); }

  /// Starts to load what `find` will look at.
  void prefetch(const WordKey& key) const { __builtin_prefetch(&slots_[place(key.hash)]); }

  /// The number of the word that the key is of, or `none`. A longer one is asked of `text()`.
  template <typename Text>
  [[nodiscard]] std::uint32_t find(const WordKey& key, const Text& text) const {
    for (std::size_t at = place(key.hash);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.number == none) return none;
      if (((slot.low ^ key.low) | (slot.high ^ key.high)) != 0) continue;
      if (!is_long(key.high) || long_text(slot) == text()) return slot.number;
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

  using Bytes = std::array<char, word_bits::most_bytes>;

  static constexpr std::size_t smallest = 16;

  [[nodiscard]] std::size_t place(std::uint64_t hash) const { return hash >> shift_; }

  /// Whether that is the inverse of a longer word's size.
  [[nodiscard]] static bool is_long(std::uint64_t high) { return ~high <= UINT32_MAX; }

  [[nodiscard]] std::string_view long_text(const Slot& slot) const {
    return std::string_view{long_words_}.substr(slot.text, ~slot.high);
  }

  [[nodiscard]] static Bytes bytes_of(const Slot& slot);
  [[nodiscard]] std::string_view text_of(const Slot& slot, const Bytes& bytes) const;

  void grow();
  void put(const Slot& slot);

  std::vector<Slot> slots_ = std::vector<Slot>(smallest);
  std::string long_words_;
  BitFilter filter_;
  std::size_t size_ = 0;
  std::size_t mask_ = smallest - 1;
  unsigned shift_ = 64 - std::countr_zero(smallest);
};

}  // namespace tocsin::topics
