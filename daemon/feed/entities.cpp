// SPDX-License-Identifier: Apache-2.0
#include "feed/entities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_name = 31;  // "CounterClockwiseContourIntegral"
constexpr std::size_t longest_number = 8;

// What windows-1252 holds at 0x80–0x9F; 0 where it holds nothing.
constexpr std::array<std::uint16_t, 32> windows_1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// The names that browsers read without a semicolon, each with a blank behind it.
constexpr std::string_view bare_names =
    "AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml GT "
    "Iacute Icirc Igrave Iuml LT Ntilde Oacute Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN "
    "Uacute Ucirc Ugrave Uuml Yacute aacute acirc acute aelig agrave amp aring atilde auml brvbar "
    "ccedil cedil cent copy curren deg divide eacute ecirc egrave eth euml frac12 frac14 frac34 "
    "gt iacute icirc iexcl igrave iquest iuml laquo lt macr micro middot nbsp not ntilde oacute "
    "ocirc ograve ordf ordm oslash otilde ouml para plusmn pound quot raquo reg sect shy sup1 "
    "sup2 sup3 szlig thorn times uacute ucirc ugrave uml uuml yacute yen yuml ";

bool is_bare_name(std::string_view name) {
  static const auto names = [] {
    std::unordered_set<std::string_view> split;
    for (std::size_t at = 0; at < bare_names.size();) {
      const std::size_t end = bare_names.find(' ', at);
      split.insert(bare_names.substr(at, end - at));
      at = end + 1;
    }
    return split;
  }();
  return names.contains(name);
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) {
    out += static_cast<char>(byte);
  };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

/// "#233;", "#xE9;" and both without the semicolon; `text` starts with "&#".
Reference read_number(std::string_view text) {
  const bool is_hex = text.size() > 2 && to_lower(text[2]) == 'x';
  std::size_t at = is_hex ? 3 : 2;
  const std::size_t first = at;
  while (at < text.size() && text[at] == '0') ++at;
  std::uint32_t value = 0;
  const char* const begin = text.data() + at;
  const char* const limit = begin + std::min(longest_number, text.size() - at);
  const auto [end, error] = std::from_chars(begin, limit, value, is_hex ? 16 : 10);
  if (error != std::errc{} && at == first) return {};
  at += static_cast<std::size_t>(end - begin);
  if (at < text.size() && is_digit(text[at])) return {};  // too long to be meant
  if (at < text.size() && text[at] == ';') ++at;
  Reference reference{.length = at, .utf8 = {}};
  append_code_point(reference.utf8, value);
  return reference;
}

}  // namespace

void append_code_point(std::string& out, std::uint32_t code_point) {
  if (code_point >= 0x80 && code_point <= 0x9F) code_point = windows_1252.at(code_point - 0x80);
  const bool is_blank = code_point == '\t' || code_point == '\n' || code_point == '\r';
  const bool is_control = (code_point < 0x20 && !is_blank) || code_point == 0x7F;
  const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  const bool is_nothing = code_point > 0x10FFFF || (code_point & 0xFFFEU) == 0xFFFE;
  if (is_control || is_surrogate || is_nothing) return;
  append_utf8(out, code_point);
}

Reference read_reference(std::string_view text, Semicolon semicolon) {
  if (text.size() < 3) return {};
  if (text[1] == '#') return read_number(text);
  std::size_t end = 1;
  while (end < text.size() && end <= longest_name && is_alnum(text[end])) ++end;
  if (end < text.size() && text[end] == ';') {
    const std::string_view found = named_entity(text.substr(1, end - 1));
    if (found.empty()) return {};
    return {.length = end + 1, .utf8 = std::string{found}};
  }
  const std::string_view name = text.substr(1, end - 1);
  const bool is_value = end < text.size() && text[end] == '=';  // "?a=1&copy=2" is no ©
  if (semicolon == Semicolon::required || is_value || !is_bare_name(name)) return {};
  return {.length = end, .utf8 = std::string{named_entity(name)}};
}

}  // namespace tocsin::feed
