// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::story {

/// A word as stories compare it.
struct Word {
  std::string key;       ///< Comparison form.
  bool is_name = false;  ///< Capitalised where a sentence does not ask for it.
};

/// The words of a title and the lead of a text, at most `limit`, without wire credits.
[[nodiscard]] std::vector<Word> story_words(std::string_view title, std::string_view text,
                                            std::size_t limit = 300);

/// The agency named by a credit line, a dateline or a by-line ("(AP) —", "Reuters reports",
/// "Additional reporting by AFP"), lower case; empty when there is none in the first or last 200
/// characters.
[[nodiscard]] std::string wire_credit(std::string_view text);

/// SimHash (Charikar 2002) over pairs of neighbouring words, 64 bits. Near-copies of news items
/// differ in at most 12 bits; single words and distance 3 find only 39 % of them. 0 for fewer than
/// two words.
[[nodiscard]] std::uint64_t simhash(const std::vector<Word>& words);

[[nodiscard]] int hamming_distance(std::uint64_t a, std::uint64_t b);

}  // namespace tocsin::story
