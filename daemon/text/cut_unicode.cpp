// SPDX-License-Identifier: Apache-2.0
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "text/character.hpp"
#include "text/fold.hpp"
#include "text/stretch.hpp"

namespace tocsin::text {

namespace {

struct CloseIterator {
  void operator()(UBreakIterator* iterator) const { ubrk_close(iterator); }
};

/// ICU's iterator costs 50 µs to open and keeps state while it walks: one for each thread.
UBreakIterator* word_iterator() {
  thread_local const std::unique_ptr<UBreakIterator, CloseIterator> iterator = [] {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator* opened = ubrk_open(UBRK_WORD, "", nullptr, 0, &status);
    return std::unique_ptr<UBreakIterator, CloseIterator>{U_SUCCESS(status) ? opened : nullptr};
  }();
  return iterator.get();
}

/// A stretch in UTF-16, made ready for cutting, with the way back to its bytes.
struct Wide {
  std::u16string units;
  std::vector<std::uint32_t> begins;  ///< Of each unit's character in the original text.
  std::vector<std::uint32_t> ends;

  void append(UChar32 c, std::uint32_t begin, std::uint32_t end) {
    if (U_IS_BMP(c)) {
      units.push_back(static_cast<char16_t>(c));
    } else {
      units.push_back(U16_LEAD(c));
      units.push_back(U16_TRAIL(c));
    }
    begins.resize(units.size(), begin);
    ends.resize(units.size(), end);
  }

  /// Moves a unit to a place before it, or leaves it where it is.
  void move(std::size_t from, std::size_t to) {
    units[to] = units[from];
    begins[to] = begins[from];
    ends[to] = ends[from];
  }

  void resize(std::size_t size) {
    units.resize(size);
    begins.resize(size);
    ends.resize(size);
  }
};

UChar32 plain_punctuation(UChar32 c) {
  // Geresh and gershayim, which Hebrew writes as plain quotation marks as often.
  constexpr UChar32 geresh = 0x05F3;
  constexpr UChar32 gershayim = 0x05F4;
  if (is_apostrophe(c) || c == geresh) return '\'';
  if (c == gershayim) return '"';
  return c == '_' ? ' ' : c;
}

/// The characters of a stretch. Of marks that pile up on one letter only the first are kept, as in
/// the Stream-Safe Text Format of UAX #15: putting marks in order takes quadratic time, and no
/// language has so many.
Wide widen(const Stretch& stretch) {
  constexpr std::size_t most_marks = 30;
  Wide wide;
  std::size_t marks = 0;
  const std::string_view text = stretch.text.substr(0, stretch.end);
  for (std::size_t at = stretch.begin; at < text.size();) {
    const Character c = character_at(text, at);
    const UChar32 value = c.value < 0 ? 0xFFFD : plain_punctuation(c.value);
    marks = u_getCombiningClass(value) == 0 ? 0 : marks + 1;
    if (!is_invisible(value) && marks <= most_marks)
      wide.append(value, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(c.end));
    at = c.end;
  }
  return wide;
}

char16_t unit_at(const Wide& wide, std::size_t at) {
  return at < wide.units.size() ? wide.units[at] : u' ';
}

bool is_word_unit(char16_t c) {
  return u_isalnum(c) != 0 || U16_IS_SURROGATE(c) || u_charType(c) == U_NON_SPACING_MARK;
}

bool is_single_letter(const Wide& wide, std::size_t at) {
  const auto stops = [](char16_t c) {
    return !is_word_unit(c) && c != u'\'';
  };
  return u_isalpha(unit_at(wide, at)) != 0 && (at == 0 || stops(unit_at(wide, at - 1))) &&
         stops(unit_at(wide, at + 1));
}

/// UAX #29 keeps "end.Next" and "reuters.com" whole; here a full stop parts letters, as feeds often
/// lose the space behind it, and is taken out of "U.S." so that it equals "US".
void resolve_full_stops(Wide& wide) {
  std::vector<std::size_t> acronym_dots;
  for (std::size_t at = 1; at + 1 < wide.units.size(); ++at) {
    if (wide.units[at] != '.') continue;
    if (is_single_letter(wide, at - 1) && is_single_letter(wide, at + 1))
      acronym_dots.push_back(at);
    else if (u_isdigit(wide.units[at - 1]) == 0 || u_isdigit(wide.units[at + 1]) == 0)
      wide.units[at] = ' ';
  }
  if (acronym_dots.empty()) return;
  std::size_t kept = acronym_dots.front();
  auto dot = acronym_dots.begin();
  for (std::size_t at = kept; at < wide.units.size(); ++at) {
    if (dot != acronym_dots.end() && *dot == at)
      ++dot;
    else
      wide.move(at, kept++);
  }
  wide.resize(kept);
}

struct Shape {
  std::size_t units = 0;  ///< Marks left out: an accented capital is one letter.
  std::size_t letters = 0;
  std::size_t capitals = 0;
  bool starts_capital = false;
};

Shape shape_of(std::u16string_view word) {
  Shape shape;
  bool is_first = true;
  for (const char16_t c : word) {
    if (u_charType(c) != U_NON_SPACING_MARK) ++shape.units;
    if (u_isalpha(c) == 0 && !U16_IS_LEAD(c)) continue;
    const bool is_capital = u_isupper(c) != 0 || u_istitle(c) != 0;
    if (is_first) shape.starts_capital = is_capital;
    is_first = false;
    ++shape.letters;
    shape.capitals += is_capital ? 1U : 0U;
  }
  return shape;
}

void add_word(const Wide& wide, std::size_t begin, std::size_t end, Tokens& out) {
  std::u16string_view word = std::u16string_view{wide.units}.substr(begin, end - begin);
  Token token;
  token.begin = wide.begins[begin];
  token.end = wide.ends[end - 1];
  token.key_begin = static_cast<std::uint32_t>(out.keys.size());
  append_folded(word, out.keys);
  token.key_size = static_cast<std::uint32_t>(out.keys.size()) - token.key_begin;
  if (token.key_size == 0) return;
  if (word.size() > 2 && (word.ends_with(u"'s") || word.ends_with(u"'S"))) word.remove_suffix(2);
  const Shape shape = shape_of(word);
  token.is_exact_case = shape.capitals == shape.units && is_acronym_size(shape.capitals);
  token.is_capitalised = shape.starts_capital && u_isdigit(word[0]) == 0;
  token.is_number = shape.letters == 0;
  out.tokens.push_back(token);
}

/// The second half of a pair, a mark, or a voicing mark of halfwidth katakana.
bool continues_character(char16_t c) {
  return U16_IS_TRAIL(c) || u_charType(c) == U_NON_SPACING_MARK || c == 0xFF9E || c == 0xFF9F;
}

/// Chinese and Japanese are cut into characters: where the dictionary parts words depends on what
/// stands around them, so that a term would not be found in every text that holds it.
void add_characters(const Wide& wide, std::size_t begin, std::size_t end, Tokens& out) {
  while (begin < end) {
    std::size_t next = begin + 1;
    while (next < end && continues_character(wide.units[next])) ++next;
    add_word(wide, begin, next, out);
    begin = next;
  }
}

}  // namespace

void cut_unicode(const Stretch& stretch, std::size_t limit, Tokens& out) {
  Wide wide = widen(stretch);
  resolve_full_stops(wide);
  UBreakIterator* iterator = word_iterator();
  UErrorCode status = U_ZERO_ERROR;
  if (iterator != nullptr)
    ubrk_setText(iterator, wide.units.data(), static_cast<std::int32_t>(wide.units.size()),
                 &status);
  // Without ICU's data there are no boundaries to be had: nothing is found rather than nonsense.
  if (iterator == nullptr || U_FAILURE(status)) return;
  std::int32_t begin = ubrk_first(iterator);
  for (std::int32_t end = ubrk_next(iterator); end != UBRK_DONE && out.tokens.size() < limit;
       end = ubrk_next(iterator)) {
    const std::int32_t status_of_word = ubrk_getRuleStatus(iterator);
    if (status_of_word >= UBRK_WORD_KANA)
      add_characters(wide, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), out);
    else if (status_of_word >= UBRK_WORD_NONE_LIMIT)
      add_word(wide, static_cast<std::size_t>(begin), static_cast<std::size_t>(end), out);
    begin = end;
  }
}

std::string cased_form(std::string_view word) {
  const bool is_ascii = std::all_of(word.begin(), word.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (is_ascii) return std::string{word};
  std::string form;
  append_unmarked(widen({.text = word, .end = static_cast<std::uint32_t>(word.size())}).units,
                  form);
  return form;
}

}  // namespace tocsin::text
