// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/umachine.h>

#include <string>
#include <string_view>

namespace tocsin::text {

/// The comparison form of one word in UTF-16 (tokenize.hpp says which), appended to `keys` as
/// UTF-8.
void append_folded(std::u16string_view word, std::string& keys);

/// The same with its case, and with a possessive at its end.
void append_unmarked(std::u16string_view word, std::string& out);

/// Length of an ASCII-apostrophe possessive at the end of a folded word: "baghdadi's" 2, else 0.
[[nodiscard]] std::size_t possessive_size(std::string_view folded);

/// Apostrophes of every shape, which read as the ASCII one.
[[nodiscard]] constexpr bool is_apostrophe(UChar32 c) {
  return c == '\'' || c == 0x02BC || c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0xFF07;
}

/// Characters without width that a writer may put inside a word, by accident or to hide it.
[[nodiscard]] constexpr bool is_invisible(UChar32 c) {
  return c == 0xAD || c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

}  // namespace tocsin::text
