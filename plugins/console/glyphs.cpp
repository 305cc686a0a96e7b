// SPDX-License-Identifier: Apache-2.0
#include "console/glyphs.hpp"

#include <algorithm>
#include <cstdint>

#include "base/utf8.hpp"

namespace tocsin::console {
namespace {

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  std::size_t length = 1;
  if (lead >= 0xF0) {
    length = 4;
  } else if (lead >= 0xE0) {
    length = 3;
  } else if (lead >= 0xC0) {
    length = 2;
  }
  return is_utf8(text.substr(at, length)) ? std::min(length, text.size() - at) : 1;
}

std::string glyph_text(std::string_view character) {
  if (character == "\n" || character == "\t" || character == "\r") return " ";
  // Quotes and backslashes steer nothing here, and prose is full of them.
  if (character == "\"" || character == "\\") return std::string{character};
  return escape_for_line(character);
}

std::size_t width_of(const Glyph& glyph) {
  const auto first = static_cast<std::uint8_t>(glyph.text.empty() ? ' ' : glyph.text.front());
  return first < 0x80 ? glyph.text.size() : 1;
}

bool is_mark(char c) {
  return c == '.' || c == '!' || c == '?';
}

/// True when a sentence may begin at `at`: after a line break, or after a mark and a space.
bool begins_sentence(std::string_view text, std::size_t at) {
  constexpr std::string_view cut = " … ";  // stands between sentences that were left out
  if (at == 0 || text[at - 1] == '\n') return true;
  if (text.substr(0, at).ends_with(cut)) return true;
  return at >= 2 && text[at - 1] == ' ' && is_mark(text[at - 2]);
}

Span sentence_around(std::string_view text, Span hit) {
  Span sentence = hit;
  while (!begins_sentence(text, sentence.start)) --sentence.start;
  while (sentence.end < text.size() && !begins_sentence(text, sentence.end)) ++sentence.end;
  constexpr std::string_view cut = " …";
  std::string_view shown = text.substr(sentence.start, sentence.end - sentence.start);
  while (shown.ends_with(' ') || shown.ends_with('\n')) shown.remove_suffix(1);
  if (shown.ends_with(cut)) shown.remove_suffix(cut.size());
  return {sentence.start, std::max(sentence.start + shown.size(), hit.end)};
}

}  // namespace

Glyphs glyphs_of(std::string_view text, const std::vector<Span>& hits) {
  Glyphs glyphs;
  auto hit = hits.begin();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    while (hit != hits.end() && hit->end <= at) ++hit;
    const bool is_hit = hit != hits.end() && hit->start <= at;
    glyphs.push_back({glyph_text(text.substr(at, length)), is_hit});
    at += length;
  }
  return glyphs;
}

std::string harmless(std::string_view text) {
  std::string out;
  for (const Glyph& glyph : glyphs_of(text)) out += glyph.text;
  return out;
}

std::vector<Span> merged(std::vector<Span> spans, std::size_t size) {
  std::erase_if(spans, [size](const Span& one) { return one.start >= one.end || one.end > size; });
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return std::pair{a.start, a.end} < std::pair{b.start, b.end};
  });
  std::vector<Span> out;
  for (const Span& one : spans) {
    if (!out.empty() && one.start <= out.back().end) {
      out.back().end = std::max(out.back().end, one.end);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

std::vector<Span> sentences_around(std::string_view text, const std::vector<Span>& hits) {
  std::vector<Span> sentences;
  for (const Span& hit : merged(hits, text.size())) {
    const Span sentence = sentence_around(text, hit);
    // Next to each other, with nothing but a space between.
    if (!sentences.empty() && sentence.start <= sentences.back().end + 1) {
      sentences.back().end = std::max(sentences.back().end, sentence.end);
    } else {
      sentences.push_back(sentence);
    }
  }
  return sentences;
}

std::vector<Glyphs> wrapped(const Glyphs& glyphs, std::size_t width) {
  std::vector<Glyphs> lines(1);
  std::size_t used = 0;
  for (auto at = glyphs.begin(); at != glyphs.end();) {
    const auto is_space = [](const Glyph& glyph) {
      return glyph.text == " ";
    };
    const auto end = is_space(*at) ? at + 1 : std::find_if(at, glyphs.end(), is_space);
    const Glyphs word{at, end};
    const std::size_t needed = width_of(word);
    if (used + needed > width && used > 0) {
      while (!lines.back().empty() && is_space(lines.back().back())) lines.back().pop_back();
      lines.emplace_back();
      used = 0;
    }
    at = end;
    if (used == 0 && is_space(word.front())) continue;
    lines.back().insert(lines.back().end(), word.begin(), word.end());
    used += needed;
  }
  return lines;
}

std::size_t width_of(const Glyphs& glyphs) {
  std::size_t width = 0;
  for (const Glyph& glyph : glyphs) width += width_of(glyph);
  return width;
}

}  // namespace tocsin::console
