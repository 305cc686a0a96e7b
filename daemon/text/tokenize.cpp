// SPDX-License-Identifier: Apache-2.0
#include "text/tokenize.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "text/character.hpp"
#include "text/stretch.hpp"

namespace tocsin::text {

namespace {

bool is_ascii_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The next run without ASCII white space; empty at the end of the text.
Stretch next_run(std::string_view text, std::size_t at) {
  while (at < text.size() && is_ascii_space(text[at])) ++at;
  std::size_t end = at;
  while (end < text.size() && !is_ascii_space(text[end])) ++end;
  return {text, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
}

bool is_ascii(const Stretch& run) {
  const std::string_view bytes = run.text.substr(run.begin, run.end - run.begin);
  return std::none_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) != 0; });
}

bool is_mostly_capital(std::string_view line) {
  std::size_t letters = 0;
  std::size_t capitals = 0;
  for (std::size_t i = 0; i < line.size();) {
    const char byte = line[i];
    if ((byte & 0x80) == 0) {
      const bool is_capital = byte >= 'A' && byte <= 'Z';
      capitals += is_capital ? 1U : 0U;
      letters += is_capital || (byte >= 'a' && byte <= 'z') ? 1U : 0U;
      ++i;
      continue;
    }
    const Character c = character_at(line, i);
    i = c.end;
    if (c.value < 0 || u_isalpha(c.value) == 0) continue;
    ++letters;
    capitals += u_isupper(c.value) != 0 ? 1U : 0U;
  }
  return capitals * 2 > letters;
}

/// The line around a place.
Stretch line_at(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', at), text.size());
  return {text, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Says whether the line around a place is mostly capitals: then a capital means nothing. Remembers
/// the last line, as acronyms come in order.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_{text} {}

  [[nodiscard]] bool is_mostly_capital(std::size_t at) {
    if (!known_ || at < line_.begin || at >= line_.end) {
      line_ = line_at(text_, at);
      mostly_capital_ = text::is_mostly_capital(text_.substr(line_.begin, line_.end - line_.begin));
      known_ = true;
    }
    return mostly_capital_;
  }

 private:
  std::string_view text_;
  Stretch line_;
  bool known_ = false;
  bool mostly_capital_ = false;
};

/// First byte from `at` on that is not ASCII; `end` without one.
std::size_t find_non_ascii(std::string_view text, std::size_t at, std::size_t end) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::array<std::uint64_t, 4> bytes{};
  for (; at + sizeof bytes <= end; at += sizeof bytes) {
    std::memcpy(bytes.data(), text.data() + at, sizeof bytes);
    if (((bytes[0] | bytes[1] | bytes[2] | bytes[3]) & high_bits) != 0) break;
  }
  for (std::uint64_t few = 0; at + sizeof few <= end; at += sizeof few) {
    std::memcpy(&few, text.data() + at, sizeof few);
    if ((few & high_bits) != 0) break;
  }
  while (at < end && (text[at] & 0x80) == 0) ++at;
  return at;
}

/// From `at`, which begins a run or white space, the longest stretch of whole ASCII runs that ends
/// within some bytes; empty where the next run is not ASCII, or is longer than that.
Stretch next_ascii(std::string_view text, std::size_t at) {
  // Enough for the words that rules look at in most items, so that little is read in vain.
  constexpr std::size_t at_once = 2048;
  const std::size_t reach = std::min(text.size(), at + at_once);
  std::size_t end = find_non_ascii(text, at, reach);
  if (end < text.size())
    while (end > at && !is_ascii_space(text[end - 1])) --end;
  return {text, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
}

/// Cuts a run that is not ASCII, and those like it behind it. Returns where they end.
std::size_t cut_other(Stretch run, std::size_t limit, Tokens& out) {
  if (cut_letters(run, out)) return run.end;
  // Neighbours that need ICU go in one call: it costs as much to start as to cut a word.
  for (Stretch next = next_run(run.text, run.end); next.begin < next.end && !is_ascii(next);
       next = next_run(run.text, run.end))
    run.end = next.end;
  cut_unicode(run, limit, out);
  return run.end;
}

void cut_all(std::string_view text, std::size_t limit, Tokens& out) {
  for (std::size_t at = 0; at < text.size() && out.tokens.size() < limit;) {
    const Stretch ascii = next_ascii(text, at);
    if (ascii.begin < ascii.end) {
      cut_ascii(ascii, limit, out);
      at = ascii.end;
      continue;
    }
    const Stretch run = next_run(text, at);
    if (is_ascii(run)) {
      cut_ascii(run, limit, out);
      at = run.end;
    } else {
      at = cut_other(run, limit, out);
    }
  }
  if (out.tokens.size() > limit) out.tokens.resize(limit);
}

/// Reads no further than to the end of the last word's sentence: a text may be far longer than the
/// words wanted of it.
void place_in_sentences(std::string_view text, Tokens& out) {
  std::size_t at = 0;
  Span here = next_sentence(text, at);
  Span next = next_sentence(text, at);
  Lines lines{text};
  std::uint32_t sentence = 0;
  bool is_first = true;
  for (Token& token : out.tokens) {
    while (next.end != 0 && token.begin >= here.end) {
      here = next;
      next = next_sentence(text, at);
      ++sentence;
      is_first = true;
    }
    token.sentence = sentence;
    token.starts_sentence = is_first;
    is_first = false;
    if (token.is_exact_case) token.is_exact_case = !lines.is_mostly_capital(token.begin);
  }
}

}  // namespace

void cut_words(std::string_view utf8, std::size_t limit, Tokens& out) {
  out.tokens.clear();
  out.keys.clear();
  cut_all(utf8, limit, out);
  out.keys.append(Tokens::padding, '\0');
}

bool is_in_mostly_capital_line(std::string_view utf8, std::size_t at) {
  const Stretch line = line_at(utf8, at);
  return is_mostly_capital(utf8.substr(line.begin, line.end - line.begin));
}

Tokens tokenize(std::string_view utf8, std::size_t limit) {
  Tokens out;
  out.tokens.reserve(std::min(limit, utf8.size() / 5));
  out.keys.reserve(utf8.size());
  tokenize(utf8, limit, out);
  return out;
}

void tokenize(std::string_view utf8, std::size_t limit, Tokens& out) {
  cut_words(utf8, limit, out);
  place_in_sentences(utf8, out);
}

std::string comparison_form(std::string_view word) {
  const Tokens cut = tokenize(word);
  std::string form;
  for (const Token& token : cut.tokens) {
    if (!form.empty()) form += ' ';
    form += cut.key(token);
  }
  return form;
}

}  // namespace tocsin::text
