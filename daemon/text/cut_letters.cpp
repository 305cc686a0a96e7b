// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "text/character.hpp"
#include "text/fold.hpp"
#include "text/letters.hpp"
#include "text/stretch.hpp"

namespace tocsin::text {

namespace {

/// Longest stretch taken, in bytes; a longer one is seldom made of words.
constexpr std::size_t longest = 120;

/// A stretch read into letters, with one that parts words at either end.
class Letters {
 public:
  /// False when the stretch is too long or any of it is hard.
  bool read(const Stretch& stretch) {
    if (stretch.end - stretch.begin > longest) return false;
    const std::string_view text = stretch.text.substr(0, stretch.end);
    static const Letter parting{.kind = LetterKind::part};
    add(parting, stretch.begin);
    bool has_ascii = false;
    bool has_lookalikes = false;
    for (std::size_t at = stretch.begin; at < text.size();) {
      const Character c = character_at(text, at);
      const Letter& letter = letter_of(c.value);
      if (letter.kind == LetterKind::hard) return false;
      const bool is_letter = letter.kind == LetterKind::small || letter.kind == LetterKind::capital;
      has_ascii = has_ascii || (is_letter && c.value < 0x80);
      has_lookalikes = has_lookalikes || (is_letter && c.value >= first_lookalike);
      add(letter, static_cast<std::uint32_t>(at));
      at = c.end;
    }
    add(parting, stretch.end);
    return !(has_ascii && has_lookalikes);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] const Letter& letter(std::size_t at) const { return *letters_[at]; }

  [[nodiscard]] std::uint32_t byte(std::size_t at) const { return bytes_[at]; }

  [[nodiscard]] LetterKind kind(std::size_t at) const { return letters_[at]->kind; }

  [[nodiscard]] bool is_letter(std::size_t at) const {
    return kind(at) == LetterKind::small || kind(at) == LetterKind::capital;
  }

  [[nodiscard]] bool is_word(std::size_t at) const {
    return is_letter(at) || kind(at) == LetterKind::digit;
  }

  /// As in cut_ascii.cpp.
  [[nodiscard]] bool joins(std::size_t at) const {
    // What parts words stands at either end, so that all others have neighbours.
    if (kind(at) == LetterKind::part) return false;
    const bool is_in_number =
        kind(at - 1) == LetterKind::digit && kind(at + 1) == LetterKind::digit;
    if (kind(at) == LetterKind::apostrophe)
      return is_in_number || (is_letter(at - 1) && is_letter(at + 1));
    return kind(at) == LetterKind::stop && (is_in_number || is_acronym_dot(at));
  }

  [[nodiscard]] bool is_acronym_dot(std::size_t at) const {
    return letter(at).form() == "." && is_single(at - 1) && is_single(at + 1);
  }

 private:
  void add(const Letter& letter, std::uint32_t byte) {
    letters_[size_] = &letter;
    bytes_[size_] = byte;
    ++size_;
  }

  [[nodiscard]] bool is_single(std::size_t at) const {
    return is_letter(at) && stands_apart(at - 1) && stands_apart(at + 1);
  }

  [[nodiscard]] bool stands_apart(std::size_t at) const {
    return !is_word(at) && kind(at) != LetterKind::apostrophe;
  }

  static constexpr UChar32 first_lookalike = 0x0370;

  std::array<const Letter*, longest + 2> letters_{};
  std::array<std::uint32_t, longest + 2> bytes_{};
  std::size_t size_ = 0;
};

/// Appends the word of letters [begin, end).
void add_word(const Letters& letters, std::size_t begin, std::size_t end, Tokens& out) {
  Token& token = out.tokens.emplace_back();
  token.begin = letters.byte(begin);
  token.end = letters.byte(end);
  token.key_begin = static_cast<std::uint32_t>(out.keys.size());
  std::size_t capitals = 0;
  std::size_t size = 0;
  bool has_letter = false;
  for (std::size_t at = begin; at < end; ++at) {
    if (letters.is_acronym_dot(at)) continue;
    ++size;
    capitals += letters.kind(at) == LetterKind::capital ? 1U : 0U;
    has_letter = has_letter || letters.is_letter(at);
    out.keys += letters.letter(at).form();
  }
  const std::size_t possessive =
      possessive_size(std::string_view{out.keys}.substr(token.key_begin));
  out.keys.resize(out.keys.size() - possessive);
  size -= possessive;
  if (possessive != 0 && letters.kind(end - 1) == LetterKind::capital) --capitals;
  token.key_size = static_cast<std::uint32_t>(out.keys.size()) - token.key_begin;
  token.is_exact_case = capitals == size && is_acronym_size(capitals);
  token.is_capitalised = letters.kind(begin) == LetterKind::capital;
  token.is_number = !has_letter;
}

}  // namespace

bool cut_letters(const Stretch& stretch, Tokens& out) {
  Letters letters;
  if (!letters.read(stretch)) return false;
  for (std::size_t at = 1; at + 1 < letters.size(); ++at) {
    if (!letters.is_word(at)) continue;
    const std::size_t begin = at;
    while (letters.is_word(at) || letters.joins(at)) ++at;
    add_word(letters, begin, at, out);
  }
  return true;
}

}  // namespace tocsin::text
