// SPDX-License-Identifier: Apache-2.0
#include "text/fold.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace tocsin::text {

namespace {

struct Lookalike {
  char16_t foreign = 0;
  char16_t latin = 0;
};

// Cyrillic and Greek letters that read as Latin ones. Written here rather than taken from ICU's
// skeleton, which folds Latin letters too (I and l, rn and m), so that "modern" would equal
// "modem". Sorted for binary search.
constexpr std::array<Lookalike, 55> lookalikes{
    {{0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'}, {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'},
     {0x039A, 'K'}, {0x039C, 'M'}, {0x039D, 'N'}, {0x039F, 'O'}, {0x03A1, 'P'}, {0x03A4, 'T'},
     {0x03A5, 'Y'}, {0x03A7, 'X'}, {0x03B1, 'a'}, {0x03B5, 'e'}, {0x03B9, 'i'}, {0x03BA, 'k'},
     {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'},
     {0x0405, 'S'}, {0x0406, 'I'}, {0x0408, 'J'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'},
     {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'}, {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'},
     {0x0422, 'T'}, {0x0423, 'Y'}, {0x0425, 'X'}, {0x0430, 'a'}, {0x0432, 'b'}, {0x0435, 'e'},
     {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'},
     {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'},
     {0x04BB, 'h'}}};

/// Letters whose stroke or ligature is no combining mark, so that no decomposition takes it off.
std::string_view plain_letter(UChar32 c) {
  switch (c) {
    case 0x00C6:
      return "AE";
    case 0x00E6:
      return "ae";
    case 0x00D0:
      return "D";
    case 0x00F0:
      return "d";
    case 0x00D8:
      return "O";
    case 0x00F8:
      return "o";
    case 0x0110:
      return "D";
    case 0x0111:
      return "d";
    case 0x0126:
      return "H";
    case 0x0127:
      return "h";
    case 0x0131:
      return "i";
    case 0x0141:
      return "L";
    case 0x0142:
      return "l";
    case 0x0152:
      return "OE";
    case 0x0153:
      return "oe";
    case 0x0166:
      return "T";
    case 0x0167:
      return "t";
    default:
      return {};
  }
}

bool is_mixed_with_latin(std::u16string_view word) {
  bool has_latin = false;
  bool has_other = false;
  for (const char16_t c : word) {
    has_latin = has_latin || (c < 0x80 && u_isalpha(c) != 0);
    has_other = has_other || (c >= 0x0370 && c < 0x0530);
  }
  return has_latin && has_other;
}

void fold_lookalikes(icu::UnicodeString& word) {
  for (std::int32_t i = 0; i < word.length(); ++i) {
    const char16_t c = word.charAt(i);
    const auto* found = std::lower_bound(
        lookalikes.begin(), lookalikes.end(), c,
        [](const Lookalike& entry, char16_t value) { return entry.foreign < value; });
    if (found != lookalikes.end() && found->foreign == c) word.setCharAt(i, found->latin);
  }
}

/// Accents and vowel points, but not the signs that spell in Indic scripts nor the Japanese voicing
/// marks, which make other letters.
bool is_foldable_mark(UChar32 c) {
  if (u_charType(c) != U_NON_SPACING_MARK || c == 0x3099 || c == 0x309A) return false;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  return script == USCRIPT_INHERITED || script == USCRIPT_ARABIC || script == USCRIPT_HEBREW;
}

/// й, ў, ї, ѓ and ќ are letters of their own, which nobody writes without the mark; ё is written
/// е by most, and an acute on a vowel only shows the stress.
bool makes_cyrillic_letter(UChar32 base, UChar32 mark) {
  switch (mark) {
    case 0x0306:
      return base == 0x0438 || base == 0x0443;
    case 0x0308:
      return base == 0x0456;
    case 0x0301:
      return base == 0x0433 || base == 0x043A;
    default:
      return false;
  }
}

/// Letters that Arabic script writes in several ways: yeh without dots or as in Persian, keheh,
/// teh marbuta; digits of every script as ASCII ones. 0 for the tatweel, which only stretches a
/// word.
UChar32 plain_form(UChar32 c) {
  constexpr UChar32 tatweel = 0x0640;
  switch (c) {
    case tatweel:
      return 0;
    case 0x0649:
    case 0x06CC:
      return 0x064A;
    case 0x06A9:
      return 0x0643;
    case 0x0629:
    case 0x06C0:
    case 0x06C1:
      return 0x0647;
    default:
      break;
  }
  if (c < 0x80 || u_charType(c) != U_DECIMAL_DIGIT_NUMBER) return c;
  return '0' + u_charDigitValue(c);
}

icu::UnicodeString without_marks(const icu::UnicodeString& decomposed) {
  icu::UnicodeString plain;
  UChar32 base = 0;
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (is_foldable_mark(c)) {
      if (makes_cyrillic_letter(base, c)) plain.append(c);
      continue;
    }
    base = c;
    const std::string_view letters = plain_letter(c);
    if (!letters.empty())
      plain.append(icu::UnicodeString::fromUTF8(
          {letters.data(), static_cast<std::int32_t>(letters.size())}));
    else if (const UChar32 form = plain_form(c); form != 0)
      plain.append(form);
  }
  return plain;
}

/// What NFKC_Casefold leaves out, and NFKC keeps.
icu::UnicodeString without_ignorables(const icu::UnicodeString& word) {
  icu::UnicodeString kept;
  for (std::int32_t i = 0; i < word.length(); i = word.moveIndex32(i, 1)) {
    const UChar32 c = word.char32At(i);
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0) kept.append(c);
  }
  return kept;
}

/// `word` in the form that `compatible`, which is NFKC or NFKC_Casefold, and all other folds give.
icu::UnicodeString plain(std::u16string_view word, const icu::Normalizer2* compatible) {
  icu::UnicodeString text(word.data(), static_cast<std::int32_t>(word.size()));
  if (is_mixed_with_latin(word)) fold_lookalikes(text);
  UErrorCode status = U_ZERO_ERROR;
  const auto* decompose = icu::Normalizer2::getNFDInstance(status);
  const auto* compose = icu::Normalizer2::getNFCInstance(status);
  if (compatible == nullptr || U_FAILURE(status)) return text;
  const icu::UnicodeString folded =
      decompose->normalize(compatible->normalize(text, status), status);
  return compose->normalize(without_marks(folded), status);
}

}  // namespace

void append_unmarked(std::u16string_view word, std::string& out) {
  UErrorCode status = U_ZERO_ERROR;
  without_ignorables(plain(word, icu::Normalizer2::getNFKCInstance(status))).toUTF8String(out);
}

void append_folded(std::u16string_view word, std::string& keys) {
  UErrorCode status = U_ZERO_ERROR;
  const std::size_t begin = keys.size();
  plain(word, icu::Normalizer2::getNFKCCasefoldInstance(status)).toUTF8String(keys);
  keys.resize(keys.size() - possessive_size(std::string_view{keys}.substr(begin)));
}

std::size_t possessive_size(std::string_view folded) {
  return folded.size() > 2 && folded.ends_with("'s") ? 2 : 0;
}

}  // namespace tocsin::text
