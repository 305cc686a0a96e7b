// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tocsin::story {

/// FNV-1a over a word's comparison form, 64 bits: the same on every machine.
[[nodiscard]] std::uint64_t hash_of(std::string_view word);

/// SimHash (Charikar 2002) over pairs of neighbouring words, 64 bits. Near-copies of news items
/// differ in at most 12 bits; single words and distance 3 find only 39 % of them. 0 for fewer than
/// two words. Words by `hash_of`, in the order of the text.
[[nodiscard]] std::uint64_t simhash(std::span<const std::uint64_t> words);

[[nodiscard]] int hamming_distance(std::uint64_t a, std::uint64_t b);

/// Hashes of every passage of four words that happens to be chosen by its own hash, sorted, at most
/// 24: a text and a part of it choose the same ones where they agree (Manber 1994).
[[nodiscard]] std::vector<std::uint32_t> passages_of(std::span<const std::uint64_t> words);

/// True when the shorter of two texts stands for the most part in the other: at least five
/// passages, and half of those of the one that has fewer.
[[nodiscard]] bool share_text(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace tocsin::story
