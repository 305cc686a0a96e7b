// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topics/bit_filter.hpp"
#include "topics/word_bits.hpp"

namespace tocsin::topics {

/// Which of many prefixes a word begins with.
///
/// Words are compared with the prefixes that begin like them, which stand side by side: those of
/// six bytes or more by their first six, shorter ones by four, three or two. A filter of such
/// beginnings is asked before.
class PrefixTable {
 public:
  /// A prefix of two bytes or more, not added before.
  void add(std::string_view prefix, std::uint32_t number) {
    added_.push_back({std::string{prefix}, number});
  }

  /// To be called once, after the last `add`.
  void finish();

  /// False for most words like which no prefix begins. `start` is the first eight bytes of the
  /// word; behind a shorter one whatever follows does no harm, as prefixes are compared with it
  /// anyway.
  [[nodiscard]] bool may_open(std::uint64_t start) const {
    return (opens(start, starts[0]) | opens(start, starts[1]) | opens(start, starts[2]) |
            opens(start, starts[3])) != 0;
  }

  /// Calls `take` with the number of each prefix that the word begins with. Behind the first byte
  /// of the word 16 may be read, and `start` is as above.
  template <typename Take>
  void for_each(std::string_view word, std::uint64_t start, const Take& take) const {
    for (const std::size_t count : starts) {
      if (opens(start, count) == 0 || word.size() < count) continue;
      for (const Prefix& prefix : prefixes_in(bucket(hash(start, count)))) {
        // Two beginnings may share a bucket.
        const bool is_looked_for = start_size(prefix.size) == count;
        if (is_looked_for && begins(word, prefix)) take(prefix.number);
      }
    }
  }

 private:
  struct Added {
    std::string text;
    std::uint32_t number = 0;
  };

  /// Its first 16 bytes, with zeros behind a shorter one.
  struct Prefix {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint32_t number = 0;
    std::uint32_t size = 0;
    std::uint32_t rest = 0;  ///< Of a longer one, where its other bytes begin in `rests_`.
  };

  /// Beginnings that prefixes stand by, in bytes.
  static constexpr std::array<std::size_t, 4> starts{2, 3, 4, 6};
  static constexpr std::size_t longest_start = starts.back();

  [[nodiscard]] static constexpr std::size_t start_size(std::size_t prefix_size) {
    return prefix_size >= longest_start ? longest_start : std::min(prefix_size, starts[2]);
  }

  /// Of the first `count` bytes of `start`. Its upper bits depend on all of them.
  [[nodiscard]] static std::uint64_t hash(std::uint64_t start, std::size_t count) {
    const std::uint64_t first = start & word_bits::mask<std::uint64_t>(count);
    return word_bits::mix_halves(static_cast<std::uint32_t>(first),
                                 static_cast<std::uint32_t>(first >> 32U));
  }

  [[nodiscard]] static std::uint64_t hash_of(std::string_view prefix);
  [[nodiscard]] Prefix compiled(const Added& added);

  [[nodiscard]] unsigned opens(std::uint64_t start, std::size_t count) const {
    return filter_.may_hold(hash(start, count)) ? 1 : 0;
  }

  [[nodiscard]] std::size_t bucket(std::uint64_t hash) const {
    constexpr unsigned upper = 32;
    return (hash >> upper) & (runs_.size() - 2);
  }

  [[nodiscard]] std::span<const Prefix> prefixes_in(std::size_t bucket) const {
    return std::span{prefixes_}.subspan(runs_[bucket], runs_[bucket + 1] - runs_[bucket]);
  }

  [[nodiscard]] bool begins(std::string_view word, const Prefix& prefix) const {
    const std::size_t looked = std::min<std::size_t>(prefix.size, word_bits::most_bytes);
    const auto low = word_bits::load<std::uint64_t>(word.data());
    const auto high = word_bits::load<std::uint64_t>(word.data() + sizeof low);
    const std::uint64_t other =
        ((low & word_bits::mask<std::uint64_t>(looked)) ^ prefix.low) |
        ((high & word_bits::mask<std::uint64_t>(looked, sizeof low)) ^ prefix.high);
    if (other != 0 || word.size() < prefix.size) return false;
    return prefix.size == looked ||
           word.substr(looked, prefix.size - looked) ==
               std::string_view{rests_}.substr(prefix.rest, prefix.size - looked);
  }

  std::vector<Added> added_;  ///< Until finished.
  BitFilter filter_;
  std::vector<std::uint32_t> runs_;  ///< First prefix of each bucket; one more at the end.
  std::vector<Prefix> prefixes_;     ///< By their bucket.
  std::string rests_;
};

}  // namespace tocsin::topics
