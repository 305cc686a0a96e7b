// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "text/fold.hpp"
#include "text/stretch.hpp"

namespace tocsin::text {

namespace {

enum Kind : std::uint8_t { other, small, capital, digit };

constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) kinds[c] = small;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) kinds[c] = capital;
  for (std::size_t c = '0'; c <= '9'; ++c) kinds[c] = digit;
  return kinds;
}

constexpr std::array<Kind, 256> kinds = make_kinds();

/// Looks at the bytes of one stretch; past either end everything is `other`.
class Reader {
 public:
  explicit Reader(const Stretch& stretch) : stretch_{stretch} {}

  [[nodiscard]] Kind kind(std::int64_t at) const {
    if (at < stretch_.begin || at >= stretch_.end) return other;
    return kinds[static_cast<unsigned char>(byte(at))];
  }

  [[nodiscard]] char byte(std::int64_t at) const {
    return stretch_.text[static_cast<std::size_t>(at)];
  }

  [[nodiscard]] bool is_letter(std::int64_t at) const {
    return kind(at) == small || kind(at) == capital;
  }

  /// UAX #29 WB6–7, WB11–12: an apostrophe between letters or digits, a separator between digits.
  [[nodiscard]] bool joins(std::int64_t at) const {
    const char c = byte(at);
    if (c == '\'')
      return (is_letter(at - 1) && is_letter(at + 1)) ||
             (kind(at - 1) == digit && kind(at + 1) == digit);
    return (c == '.' || c == ',' || c == ';') && kind(at - 1) == digit && kind(at + 1) == digit;
  }

  /// The full stop inside "U.S." or "I.S.I.S.": single letters on both sides.
  [[nodiscard]] bool is_acronym_dot(std::int64_t at) const {
    return byte(at) == '.' && is_single(at - 1) && is_single(at + 1);
  }

 private:
  [[nodiscard]] bool is_single(std::int64_t at) const {
    return is_letter(at) && kind(at - 1) == other && kind(at + 1) == other &&
           !(at > stretch_.begin && byte(at - 1) == '\'') &&
           !(at + 1 < stretch_.end && byte(at + 1) == '\'');
  }

  const Stretch& stretch_;
};

/// Appends one word's key and token; `end` is one past its last letter or digit.
void add_word(const Reader& reader, std::int64_t begin, std::int64_t end, Tokens& out) {
  Token token;
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(end);
  token.key_begin = static_cast<std::uint32_t>(out.keys.size());
  std::size_t capitals = 0;
  bool has_letter = false;
  for (std::int64_t at = begin; at < end; ++at) {
    if (reader.is_acronym_dot(at)) continue;
    const bool is_capital = reader.kind(at) == capital;
    capitals += is_capital ? 1U : 0U;
    has_letter = has_letter || reader.is_letter(at);
    out.keys.push_back(is_capital ? static_cast<char>(reader.byte(at) + ('a' - 'A'))
                                  : reader.byte(at));
  }
  const std::string_view key = std::string_view{out.keys}.substr(token.key_begin);
  const std::size_t possessive = possessive_size(key);
  // The s of "IS's" or "ISIS'S" is no part of the acronym.
  if (possessive != 0 && reader.kind(end - 1) == capital) --capitals;
  token.key_size = static_cast<std::uint32_t>(key.size() - possessive);
  out.keys.resize(out.keys.size() - possessive);
  token.is_exact_case = capitals == token.key_size && is_acronym_size(capitals);
  token.is_capitalised = reader.kind(begin) == capital;
  token.is_number = !has_letter;
  out.tokens.push_back(token);
}

}  // namespace

void cut_ascii(const Stretch& stretch, Tokens& out) {
  const Reader reader{stretch};
  const auto end = static_cast<std::int64_t>(stretch.end);
  for (auto at = static_cast<std::int64_t>(stretch.begin); at < end; ++at) {
    if (reader.kind(at) == other) continue;
    const std::int64_t begin = at;
    while (at < end && (reader.kind(at) != other || reader.joins(at) || reader.is_acronym_dot(at)))
      ++at;
    add_word(reader, begin, at, out);
  }
}

}  // namespace tocsin::text
