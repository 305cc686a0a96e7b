// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "topics/bit_filter.hpp"
#include "topics/word_bits.hpp"

namespace tocsin::topics {

/// Two words, by their numbers, to what was put down for them when they stand side by side, for a
/// lookup at every word of every item. Filled, finished, then read.
class PairTable {
 public:
  struct Pair {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    [[nodiscard]] bool operator==(const Pair&) const = default;
  };

  void add(Pair pair, std::uint32_t note) { added_.push_back({pair, note}); }

  /// To be called once, after the last `add`.
  void finish();

  /// False for most pairs that nothing was put down for.
  [[nodiscard]] bool may_hold(Pair pair) const { return filter_.may_hold(hash(pair)); }

  /// Starts to load what `find` will look at.
  void prefetch(Pair pair) const { __builtin_prefetch(&slots_[place(pair)]); }

  /// What was put down for the pair, in the order of numbers.
  [[nodiscard]] std::span<const std::uint32_t> find(Pair pair) const {
    for (std::size_t at = place(pair);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.count == 0) return {};
      if (slot.pair == pair) return std::span{notes_}.subspan(slot.begin, slot.count);
    }
  }

 private:
  struct Added {
    Pair pair;
    std::uint32_t note = 0;
  };

  struct Slot {
    Pair pair;
    std::uint32_t begin = 0;  ///< In `notes_`.
    std::uint32_t count = 0;  ///< 0 = free.
  };

  /// Its upper bits depend on all of both.
  [[nodiscard]] static std::uint64_t hash(Pair pair) {
    return word_bits::mix_halves(pair.first, pair.second);
  }

  [[nodiscard]] std::size_t place(Pair pair) const {
    constexpr unsigned upper = 32;
    return (hash(pair) >> upper) & (slots_.size() - 1);
  }

  void put(const Slot& slot);

  std::vector<Added> added_;  ///< Until finished.
  BitFilter filter_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);
  std::vector<std::uint32_t> notes_;
};

}  // namespace tocsin::topics
