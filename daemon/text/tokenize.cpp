// SPDX-License-Identifier: Apache-2.0
#include "text/tokenize.hpp"

#include <unicode/uchar.h>

#include <algorithm>

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

/// Says whether the line around a place is mostly capitals: then a capital means nothing. Remembers
/// the last line, as acronyms come in order.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_{text} {}

  [[nodiscard]] bool is_mostly_capital(std::size_t at) {
    if (!known_ || at < begin_ || at >= end_) look_at(at);
    return mostly_capital_;
  }

 private:
  void look_at(std::size_t at) {
    const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    begin_ = before == std::string_view::npos ? 0 : before + 1;
    end_ = std::min(text_.find('\n', at), text_.size());
    const std::string_view line = text_.substr(begin_, end_ - begin_);
    std::size_t letters = 0;
    std::size_t capitals = 0;
    for (std::size_t i = 0; i < line.size();) {
      const Character c = character_at(line, i);
      i = c.end;
      if (c.value < 0 || u_isalpha(c.value) == 0) continue;
      ++letters;
      capitals += u_isupper(c.value) != 0 ? 1U : 0U;
    }
    mostly_capital_ = capitals * 2 > letters;
    known_ = true;
  }

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool known_ = false;
  bool mostly_capital_ = false;
};

void cut_all(std::string_view text, std::size_t limit, Tokens& out) {
  for (Stretch run = next_run(text, 0); run.begin < run.end && out.tokens.size() < limit;
       run = next_run(text, run.end)) {
    if (is_ascii(run)) {
      cut_ascii(run, out);
      continue;
    }
    // Neighbours that need ICU go in one call: it costs as much to start as to cut a word.
    for (Stretch next = next_run(text, run.end); next.begin < next.end && !is_ascii(next);
         next = next_run(text, run.end))
      run.end = next.end;
    cut_unicode(run, out);
  }
  if (out.tokens.size() > limit) out.tokens.resize(limit);
}

void place_in_sentences(std::string_view text, Tokens& out) {
  const std::vector<Span> spans = sentences(text);
  Lines lines{text};
  std::uint32_t sentence = 0;
  bool is_first = true;
  for (Token& token : out.tokens) {
    while (sentence + 1 < spans.size() && token.begin >= spans[sentence].end) {
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

Tokens tokenize(std::string_view utf8, std::size_t limit) {
  Tokens out;
  out.tokens.reserve(std::min(limit, utf8.size() / 5));
  out.keys.reserve(utf8.size());
  cut_all(utf8, limit, out);
  place_in_sentences(utf8, out);
  return out;
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
