// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Sixteen bytes looked at in one go, in the vector notation of GCC and Clang: comparisons give
/// 0xFF for each byte where they hold and 0 elsewhere, on every processor.
namespace tocsin {

using ByteBlock = std::uint8_t __attribute__((vector_size(16)));

inline constexpr std::size_t block_size = sizeof(ByteBlock);

[[nodiscard]] inline ByteBlock load_block(const char* bytes) {
  ByteBlock block;
  std::memcpy(&block, bytes, block_size);
  return block;
}

/// The place of the first byte that is set in a comparison's result; `block_size` when none is.
[[nodiscard]] inline std::size_t first_set(ByteBlock mask) {
#if defined(__SSE2__)
  const auto bits = static_cast<std::uint32_t>(::_mm_movemask_epi8(std::bit_cast<__m128i>(mask)));
  return static_cast<std::size_t>(std::countr_zero(bits | (1U << block_size)));
#else
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(mask);
  const auto place = [](std::uint64_t half) {
    const bool is_little = std::endian::native == std::endian::little;
    return static_cast<std::size_t>(is_little ? std::countr_zero(half) : std::countl_zero(half)) /
           8;
  };
  return halves[0] != 0 ? place(halves[0]) : 8 + place(halves[1]);
#endif
}

[[nodiscard]] inline bool any_set(ByteBlock mask) {
  return first_set(mask) != block_size;
}

/// The first place from `at` on that `mark(here, next)` marks, where `next` holds the bytes that
/// follow those in `here`; the end of `text` when there is none. Behind the end `mark` sees `pad`.
template <typename Mark>
[[nodiscard]] inline std::size_t find_marked(std::string_view text, std::size_t at, char pad,
                                             Mark mark) {
  for (; at + block_size < text.size(); at += block_size) {
    const char* const here = text.data() + at;
    const std::size_t place = first_set(mark(load_block(here), load_block(here + 1)));
    if (place != block_size) return at + place;
  }
  if (at >= text.size()) return text.size();
  std::array<char, block_size + 1> rest;
  rest.fill(pad);
  std::memcpy(rest.data(), text.data() + at, text.size() - at);
  const std::size_t place = first_set(mark(load_block(rest.data()), load_block(rest.data() + 1)));
  return std::min(at + place, text.size());
}

}  // namespace tocsin
