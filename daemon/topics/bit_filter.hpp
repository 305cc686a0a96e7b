// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::topics {

/// A set of hashes that tells most of those it lacks, small enough to stay near the processor for
/// any number of topics (a Bloom filter with both bits in one number). Looks at the upper 44 bits.
class BitFilter {
 public:
  /// Empties it, with room for so many. One in fifty of those it lacks passes, by chance.
  void start(std::size_t count) {
    constexpr std::size_t bits_per_hash = 16;
    bits_.assign(std::bit_ceil(count * bits_per_hash / bits_each + 1), 0);
    mask_ = bits_.size() - 1;
  }

  void add(std::uint64_t hash) { bits_[place(hash)] |= bits(hash); }

  /// Asked at every word, so without a branch.
  [[nodiscard]] bool may_hold(std::uint64_t hash) const {
    return (~bits_[place(hash)] & bits(hash)) == 0;
  }

 private:
  static constexpr unsigned bits_each = 64;

  [[nodiscard]] std::size_t place(std::uint64_t hash) const {
    constexpr unsigned unused = 20;
    return (hash >> unused) & mask_;
  }

  [[nodiscard]] static std::uint64_t bits(std::uint64_t hash) {
    constexpr unsigned one = 58;
    constexpr unsigned other = 52;
    return std::uint64_t{1} << (hash >> one) | std::uint64_t{1} << (hash >> other) % bits_each;
  }

  std::vector<std::uint64_t> bits_ = {0};
  std::size_t mask_ = 0;
};

}  // namespace tocsin::topics
