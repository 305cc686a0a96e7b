// SPDX-License-Identifier: Apache-2.0
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <string>

#include "text/character.hpp"
#include "text/tokenize.hpp"

namespace tocsin::text {

namespace {

// Short forms whose full stop seldom ends a sentence, because a name, number or month follows.
// Sorted for binary search.
constexpr std::array<std::string_view, 44> short_forms{
    "adm", "apr", "aug",  "capt", "cf",  "cmdr", "co",   "col", "corp", "dec", "dr",
    "feb", "fig", "fr",   "gen",  "gov", "hon",  "inc",  "jan", "jr",   "jul", "jun",
    "lt",  "ltd", "maj",  "mar",  "mr",  "mrs",  "ms",   "mt",  "no",   "nov", "oct",
    "p",   "pp",  "prof", "rep",  "rev", "sen",  "sept", "sgt", "sr",   "st",  "vs"};

bool is_space(UChar32 c) {
  if (c >= 0 && c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c >= 0 && u_isUWhiteSpace(c) != 0;
}

bool is_line_end(UChar32 c) {
  return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

bool ends_sentence(UChar32 c) {
  return c == '.' || c == '!' || c == '?' || c == 0x2026;
}

bool ends_sentence_without_space(UChar32 c) {
  return c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
}

/// For the bytes of ASCII that end no sentence, which are most of a text.
constexpr std::array<bool, 256> makes_no_end = [] {
  std::array<bool, 256> bytes{};
  for (std::size_t c = 0; c < 0x80; ++c)
    bytes[c] = c != '\n' && c != '\r' && c != '.' && c != '!' && c != '?';
  return bytes;
}();

bool is_closer(UChar32 c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x2019 || c == 0x201D || c == 0xBB ||
         c == 0x300D || c == 0x300F || c == 0xFF09;
}

bool is_opener(UChar32 c) {
  return c == '"' || c == '\'' || c == '(' || c == '[' || c == 0x2018 || c == 0x201C || c == 0xAB;
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the full stop at `dot` belongs to an initial ("J. Smith", "U.S. forces") or a short
/// form.
bool is_abbreviation(std::string_view text, std::size_t dot) {
  std::size_t begin = dot;
  while (begin > 0 && is_ascii_letter(text[begin - 1]) && dot - begin < 5) --begin;
  std::string word{text.substr(begin, dot - begin)};
  if (word.size() == 1) return u_isupper(word[0]) != 0 || (begin > 0 && text[begin - 1] == '.');
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::binary_search(short_forms.begin(), short_forms.end(), std::string_view{word});
}

/// Whether the text after a terminator goes on as a new sentence: white space, then no small
/// letter.
bool begins_anew(std::string_view text, std::size_t at) {
  if (at >= text.size()) return true;
  Character next = character_at(text, at);
  if (!is_space(next.value)) return false;
  while (next.end <= text.size() && (is_space(next.value) || is_opener(next.value))) {
    if (next.end == text.size()) return true;
    next = character_at(text, next.end);
  }
  return next.value < 0 || u_islower(next.value) == 0;
}

/// Past repeated terminators and closing quotes.
std::size_t skip_tail(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (!ends_sentence(next.value) && !ends_sentence_without_space(next.value) &&
        !is_closer(next.value))
      break;
    at = next.end;
  }
  return at;
}

/// Without the white space around it.
Span trimmed(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin < end) {
    const Character c = character_at(text, begin);
    if (!is_space(c.value)) break;
    begin = c.end;
  }
  while (begin < end) {
    std::size_t last = end - 1;
    while (last > begin && (text[last] & 0xC0) == 0x80) --last;
    if (!is_space(character_at(text, last).value)) break;
    end = last;
  }
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// End of the sentence when one ends with the character at [at, c.end), else 0.
std::size_t sentence_end(std::string_view text, std::size_t at, const Character& c) {
  if (is_line_end(c.value)) return c.end;
  if (ends_sentence_without_space(c.value)) return skip_tail(text, c.end);
  if (!ends_sentence(c.value)) return 0;
  const std::size_t tail = skip_tail(text, c.end);
  if (!begins_anew(text, tail)) return 0;
  const bool is_last = text.find_first_not_of(" \t\r\n", tail) == std::string_view::npos;
  return c.value == '.' && tail == c.end && !is_last && is_abbreviation(text, at) ? 0 : tail;
}

}  // namespace

// Our own rules rather than ICU's sentence iterator: that one costs twenty times as much for each
// item, and parts "U.S. President" and "Gen. Smith" unless it loads its list of exceptions.
Span next_sentence(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    const std::size_t begin = at;
    std::size_t end = 0;
    while (end == 0) {
      while (at < text.size() && makes_no_end[static_cast<unsigned char>(text[at])]) ++at;
      if (at == text.size()) break;
      const Character c = character_at(text, at);
      end = sentence_end(text, at, c);
      at = end != 0 ? end : c.end;
    }
    const Span sentence = trimmed(text, begin, at);
    if (sentence.begin < sentence.end) return sentence;
  }
  return {};
}

std::vector<Span> sentences(std::string_view utf8) {
  std::vector<Span> spans;
  std::size_t at = 0;
  for (Span next = next_sentence(utf8, at); next.end != 0; next = next_sentence(utf8, at))
    spans.push_back(next);
  return spans;
}

}  // namespace tocsin::text
