// SPDX-License-Identifier: Apache-2.0
#include "story/signature.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace tocsin::story {
namespace {

/// splitmix64's finaliser (Vigna 2015, public domain): spreads every input bit over all output
/// bits.
std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30U;
  x *= 0xBF58476D1CE4E5B9ULL;
  x ^= x >> 27U;
  x *= 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

/// Adds the bits of up to 255 values, each bit to a counter of its own: eight counters in a word,
/// so that a pair of words costs eight additions and not 64.
class BitCounts {
 public:
  void add(std::uint64_t value) {
    constexpr std::uint64_t every_eighth = 0x0101010101010101ULL;
    for (std::size_t shift = 0; shift < packed_.size(); ++shift) {
      packed_.at(shift) += (value >> shift) & every_eighth;
    }
    constexpr int most = 255;
    if (++held_ == most) spill();
  }

  /// The bits that more than half of the values have.
  [[nodiscard]] std::uint64_t majority() {
    spill();
    std::uint64_t bits = 0;
    for (std::size_t bit = 0; bit < counts_.size(); ++bit) {
      if (2 * counts_.at(bit) > total_) bits |= 1ULL << bit;
    }
    return bits;
  }

 private:
  void spill() {
    constexpr unsigned byte = 8;
    for (std::size_t bit = 0; bit < counts_.size(); ++bit) {
      const auto lane = static_cast<unsigned>(bit / byte * byte);
      counts_.at(bit) += static_cast<std::uint32_t>((packed_.at(bit % byte) >> lane) & 0xFFU);
    }
    packed_ = {};
    total_ += static_cast<std::uint32_t>(held_);
    held_ = 0;
  }

  std::array<std::uint64_t, 8> packed_{};
  std::array<std::uint32_t, 64> counts_{};
  std::uint32_t total_ = 0;
  int held_ = 0;
};

}  // namespace

std::uint64_t hash_of(std::string_view word) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : word) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

std::uint64_t simhash(std::span<const std::uint64_t> words) {
  if (words.size() < 2) return 0;
  BitCounts counts;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) counts.add(mix(words[i] * 3 + words[i + 1]));
  return counts.majority();
}

int hamming_distance(std::uint64_t a, std::uint64_t b) {
  return std::popcount(a ^ b);
}

std::vector<std::uint32_t> passages_of(std::span<const std::uint64_t> words) {
  constexpr std::size_t length = 4;
  constexpr std::size_t most = 24;
  constexpr std::uint64_t one_in = 2;
  std::array<std::uint32_t, most> chosen;
  std::size_t count = 0;
  // The beginning, which is what shortened copies keep.
  for (std::size_t i = 0; i + length <= words.size() && count < most; ++i) {
    std::uint64_t passage = 0;
    for (std::size_t k = 0; k < length; ++k) passage = mix(passage * 3 + words[i + k]);
    chosen[count] = static_cast<std::uint32_t>(passage >> 32U);  // written over if it is none
    count += passage % one_in == 0 ? 1U : 0U;
  }
  std::vector<std::uint32_t> passages{chosen.begin(),
                                      chosen.begin() + static_cast<std::ptrdiff_t>(count)};
  std::sort(passages.begin(), passages.end());
  passages.erase(std::unique(passages.begin(), passages.end()), passages.end());
  return passages;
}

bool share_text(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  constexpr std::size_t enough = 5;  // a name, a title and a place may be told in the same words
  std::size_t shared = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i] == b[k]) ++shared;
    const bool is_a_behind = a[i] <= b[k];
    const bool is_b_behind = b[k] <= a[i];
    if (is_a_behind) ++i;
    if (is_b_behind) ++k;
  }
  return shared >= enough && 2 * shared >= std::min(a.size(), b.size());
}

}  // namespace tocsin::story
