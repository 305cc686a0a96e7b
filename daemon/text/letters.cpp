// SPDX-License-Identifier: Apache-2.0
#include "text/letters.hpp"

#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <string>

#include "text/character.hpp"
#include "text/fold.hpp"

namespace tocsin::text {

namespace {

// Latin, Greek and Cyrillic up to the last block whose letters all stand alone; and typographic
// dashes and quotation marks.
constexpr UChar32 letters_end = 0x0530;
constexpr UChar32 marks_begin = 0x2010;
constexpr UChar32 marks_end = 0x2030;

LetterKind ascii_kind(UChar32 c) {
  if (c >= 'a' && c <= 'z') return LetterKind::small;
  if (c >= 'A' && c <= 'Z') return LetterKind::capital;
  if (c >= '0' && c <= '9') return LetterKind::digit;
  if (c == '\'') return LetterKind::apostrophe;
  return c == '.' || c == ',' || c == ';' ? LetterKind::stop : LetterKind::part;
}

bool is_all_letters(std::string_view form) {
  for (std::size_t at = 0; at < form.size();) {
    const Character c = character_at(form, at);
    if (u_isalpha(c.value) == 0) return false;
    at = c.end;
  }
  return !form.empty();
}

LetterKind kind_of(UChar32 c) {
  if (c < 0x80) return ascii_kind(c);
  if (is_apostrophe(c)) return LetterKind::apostrophe;
  if (is_invisible(c)) return LetterKind::hard;
  const auto parting = u_getIntPropertyValue(c, UCHAR_WORD_BREAK);
  if (u_isalpha(c) != 0 && parting == U_WB_ALETTER)
    return u_isupper(c) != 0 || u_istitle(c) != 0 ? LetterKind::capital : LetterKind::small;
  const bool is_sign = u_ispunct(c) != 0 || u_isspace(c) != 0;
  return is_sign && parting == U_WB_OTHER ? LetterKind::part : LetterKind::hard;
}

Letter make_letter(UChar32 c) {
  Letter letter;
  letter.kind = kind_of(c);
  const bool is_apostrophe = letter.kind == LetterKind::apostrophe;
  const bool is_letter = letter.kind == LetterKind::small || letter.kind == LetterKind::capital;
  if (letter.kind == LetterKind::hard || letter.kind == LetterKind::part) return letter;
  std::string form;
  append_folded(std::u16string(1, is_apostrophe ? u'\'' : static_cast<char16_t>(c)), form);
  if (form.size() > letter.folded.size() || (is_letter && !is_all_letters(form))) return {};
  std::copy(form.begin(), form.end(), letter.folded.begin());
  letter.size = static_cast<std::uint8_t>(form.size());
  return letter;
}

}  // namespace

const Letter& letter_of(UChar32 c) {
  static const auto letters = [] {
    std::array<Letter, letters_end> all;
    for (UChar32 i = 0; i < letters_end; ++i) all.at(static_cast<std::size_t>(i)) = make_letter(i);
    return all;
  }();
  static const auto marks = [] {
    std::array<Letter, marks_end - marks_begin> all;
    for (UChar32 i = marks_begin; i < marks_end; ++i)
      all.at(static_cast<std::size_t>(i - marks_begin)) = make_letter(i);
    return all;
  }();
  static const Letter hard;
  if (c >= 0 && c < letters_end) return letters[static_cast<std::size_t>(c)];
  if (c >= marks_begin && c < marks_end) return marks[static_cast<std::size_t>(c - marks_begin)];
  return hard;
}

}  // namespace tocsin::text
