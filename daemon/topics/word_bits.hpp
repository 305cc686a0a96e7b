// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Words as numbers: what their tables compare and hash.
namespace tocsin::topics::word_bits {

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

/// Its upper bits depend on all of both.
[[nodiscard]] constexpr std::uint64_t mix_halves(std::uint32_t low, std::uint32_t high) {
  return low * golden + high * rooted;
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

}  // namespace tocsin::topics::word_bits
