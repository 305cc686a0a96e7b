// SPDX-License-Identifier: Apache-2.0
#include "store/item_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/utf8.hpp"
#include "store/item_query.hpp"

namespace tocsin::store {

namespace {

/// The first two bytes, in UTF-8, of Thai and Lao, Burmese, Khmer, kana and ideographs. Korean has
/// blanks.
constexpr std::array<std::pair<unsigned, unsigned>, 6> unbroken_scripts{{
    {0xe0b8, 0xe0bb},
    {0xe180, 0xe182},
    {0xe19e, 0xe19f},
    {0xe380, 0xe9bf},
    {0xefa4, 0xefab},
    {0xf0a0, 0xf0bf},
}};

bool is_unbroken(std::string_view word) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    const unsigned begin =
        static_cast<unsigned char>(word[i - 1]) * 256U + static_cast<unsigned char>(word[i]);
    for (const auto& [first, last] : unbroken_scripts) {
      if (begin >= first && begin <= last) return true;
    }
  }
  return false;
}

void add_word(std::string_view word, ItemWords& words) {
  const bool is_prefix = word.size() > 1 && word.back() == '*';
  if (is_prefix) word.remove_suffix(1);
  auto& kind = is_unbroken(word) ? words.runs : (is_prefix ? words.prefixes : words.whole);
  kind.emplace_back(word);
}

bool is_inside(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // of a character
}

std::string around(std::string_view text, std::size_t at, std::size_t size) {
  constexpr std::size_t reach = 90;  // bytes, of characters of three
  std::size_t begin = at - std::min(at, reach);
  while (begin < at && is_inside(text[begin])) ++begin;
  const std::string_view behind = text.substr(at + size);
  const std::string_view tail = truncate_utf8(behind, reach);
  return fmt::format("{}{}[{}]{}{}", begin > 0 ? "…" : "", text.substr(begin, at - begin),
                     text.substr(at, size), tail, tail.size() < behind.size() ? "…" : "");
}

}  // namespace

Result<ItemWords> read_words(const std::vector<std::string>& words) {
  constexpr std::string_view blanks = " \t\n\r";
  ItemWords read;
  std::size_t count = 0;
  for (const std::string_view text : words) {
    std::size_t begin = text.find_first_not_of(blanks);
    for (; begin != std::string_view::npos; ++count) {
      const auto end = std::min(text.find_first_of(blanks, begin), text.size());
      add_word(text.substr(begin, end - begin), read);
      begin = text.find_first_not_of(blanks, end);
    }
  }
  if (count <= ItemQuery::most_words) return read;
  return fail(Errc::too_large,
              fmt::format("at most {} words can be searched for", ItemQuery::most_words));
}

std::string quoted(std::string_view word) {
  std::string phrase = "\"";
  for (const char c : word) {
    if (c == '"') phrase += '"';
    if (c != '\0') phrase += c;
  }
  return phrase + '"';
}

std::optional<std::string> snippet_of(const std::vector<std::string>& runs,
                                      const std::vector<std::string>& texts) {
  std::optional<std::string> snippet;
  for (const std::string& run : runs) {
    const auto text = std::find_if(texts.begin(), texts.end(), [&run](const std::string& one) {
      return one.find(run) != std::string::npos;
    });
    if (text == texts.end()) return std::nullopt;
    if (!snippet) snippet = around(*text, text->find(run), run.size());
  }
  return snippet;
}

}  // namespace tocsin::store
