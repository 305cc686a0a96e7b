// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::text {

/// One word of a text: where it stands in the original, and how it reads when compared.
struct Token {
  std::uint32_t begin = 0;      ///< First byte in the original text.
  std::uint32_t end = 0;        ///< One past the last byte in the original text.
  std::uint32_t key_begin = 0;  ///< First byte of the comparison form in `Tokens::keys`.
  std::uint32_t key_size = 0;   ///< Bytes of the comparison form.
  std::uint32_t sentence = 0;   ///< Number of the sentence it stands in, from 0.
  bool is_exact_case = false;   ///< 2–6 letters, all capitals, in a line that is not mostly
                               ///< capitals: the surface form may be compared with its case ("IS").
  bool starts_sentence =
      false;                    ///< First word of a sentence or line, so its capital means nothing.
  bool is_capitalised = false;  ///< First letter is a capital in the original.
  bool is_number = false;       ///< Digits, with separators.
};

/// A text cut into words by UAX #29; inner apostrophes stay with the word, hyphens part words, so
/// that "lone-wolf" reads as "lone wolf" (docs/decisions/0009-hyphens-part-words.md).
///
/// The comparison form is NFKC, case-folded (dotless i as i), without diacritics or zero-width
/// characters, with typographic apostrophes made plain and a possessive 's or ' taken off;
/// confusables are folded in mixed-script words only.
struct Tokens {
  /// So many bytes may be read from the beginning of any comparison form, however short it is.
  static constexpr std::size_t padding = 16;

  std::vector<Token> tokens;
  std::string keys;  ///< Holds the comparison forms, and bytes between and behind them.

  [[nodiscard]] std::string_view key(const Token& token) const {
    return std::string_view{keys}.substr(token.key_begin, token.key_size);
  }
};

/// Cuts `utf8` (well-formed) into at most `limit` words. Never fails; what is no word is left out.
/// A hyphenated word yields its parts: "lone-wolf" is the two tokens "lone" and "wolf".
[[nodiscard]] Tokens tokenize(std::string_view utf8, std::size_t limit = SIZE_MAX);

/// As above into `out`, whose memory is used again.
void tokenize(std::string_view utf8, std::size_t limit, Tokens& out);

/// As `tokenize` into `out`, but without what only a look around tells:
/// `sentence` and `starts_sentence` are not set, and `is_exact_case` says nothing of the line.
void cut_words(std::string_view utf8, std::size_t limit, Tokens& out);

/// Whether the line around byte `at` has more capitals than small letters, so that a capital means
/// nothing.
[[nodiscard]] bool is_in_mostly_capital_line(std::string_view utf8, std::size_t at);

/// The comparison forms of the words of `word`, joined by a space, as `tokenize` would give them.
[[nodiscard]] std::string comparison_form(std::string_view word);

/// One word as it reads when only its case counts: every fold of the comparison form but that of
/// case, and with a possessive at its end.
[[nodiscard]] std::string cased_form(std::string_view word);

/// A stretch of bytes [begin, end) of a text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// The first sentence from byte `at` on, which moves behind it; empty, from 0 to 0, at the end.
[[nodiscard]] Span next_sentence(std::string_view utf8, std::size_t& at);

/// The sentences of `utf8` in order, without the white space around them.
[[nodiscard]] std::vector<Span> sentences(std::string_view utf8);

}  // namespace tocsin::text
