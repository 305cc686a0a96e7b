// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/umachine.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace tocsin::text {

/// What a character is to the fast path for words.
enum class LetterKind : std::uint8_t {
  hard,  ///< Needs ICU to say where words part, or how it folds beside others.
  part,  ///< Stands between words: a space, quotation marks, a dash.
  digit,
  small,
  capital,
  apostrophe,
  stop,  ///< Full stop, comma or semicolon, which join digits.
};

/// One character, and how it reads when compared.
struct Letter {
  LetterKind kind = LetterKind::hard;
  std::uint8_t size = 0;  ///< Bytes of `folded` in use.
  std::array<char, 4> folded{};

  [[nodiscard]] std::string_view form() const { return {folded.data(), size}; }
};

/// The letter of a character that folds and parts words the same wherever it stands: those of
/// Latin, Greek and Cyrillic script, ASCII, and common punctuation. `hard` for all others.
[[nodiscard]] const Letter& letter_of(UChar32 c);

}  // namespace tocsin::text
