// SPDX-License-Identifier: Apache-2.0
#include "topics/scored_text.hpp"

#include <algorithm>
#include <array>

#include "text/stem.hpp"

namespace tocsin::topics {

std::string_view field_text(const ItemFields& item, Field field) {
  switch (field) {
    case Field::title:
      return item.title;
    case Field::summary:
      return item.summary;
    case Field::content:
      return item.content;
    case Field::author:
      return item.author;
    case Field::category:
      return item.category;
    case Field::source:
      return item.source;
    case Field::language:
      return item.language;
    case Field::link:
      return item.link;
  }
  return {};
}

namespace {

void cut(const ItemFields& item, Field field, std::size_t words, Segment& segment) {
  segment.field = field;
  segment.original = field_text(item, field);
  segment.weight = 1;
  text::cut_words(segment.original, words, segment.tokens);
}

/// "…", "..." or "[…]" at the end: the last word before it may be cut in the middle.
bool is_cut_off(std::string_view text) {
  constexpr std::string_view tail = " \t\n])";
  const std::size_t end = text.find_last_not_of(tail);
  if (end == std::string_view::npos) return false;
  text = text.substr(0, end + 1);
  return text.ends_with("…") || text.ends_with("..");
}

bool repeats(const Segment& content, const Segment& summary) {
  const auto& all = content.tokens.tokens;
  const auto& part = summary.tokens.tokens;
  const bool is_last_left_out = part.size() > 1 && is_cut_off(summary.original);
  const auto part_end = part.end() - (is_last_left_out ? 1 : 0);
  return std::search(all.begin(), all.end(), part.begin(), part_end,
                     [&](const text::Token& a, const text::Token& b) {
                       return content.tokens.key(a) == summary.tokens.key(b);
                     }) != all.end();
}

/// Drops the words past the first `limit`.
void shorten(Segment& segment, std::size_t limit) {
  if (segment.tokens.tokens.size() > limit) segment.tokens.tokens.resize(limit);
}

}  // namespace

std::string_view to_string(Field field) {
  constexpr std::array<std::string_view, 8> names{"title",    "summary", "content",  "author",
                                                  "category", "source",  "language", "link"};
  return names[static_cast<std::size_t>(field)];
}

void read_scored_text(const ItemFields& item, ScoredText& text) {
  text.segments.resize(3);
  Segment& title = text.segments[0];
  Segment& summary = text.segments[1];
  Segment& content = text.segments[2];
  cut(item, Field::title, scored_words, title);
  title.weight = title_weight;
  std::size_t left = scored_words - title.tokens.tokens.size();
  cut(item, Field::summary, left, summary);
  cut(item, Field::content, left, content);
  if (!content.tokens.tokens.empty() && repeats(content, summary)) {
    summary.weight = 0;
  } else {
    left -= summary.tokens.tokens.size();
    shorten(content, left);
  }
  text.length = 0;
  for (const Segment& segment : text.segments) {
    text.length += static_cast<double>(segment.weight * segment.tokens.tokens.size());
  }
}

ScoredText scored_text(const ItemFields& item) {
  ScoredText text;
  read_scored_text(item, text);
  return text;
}

void add_stems(Segment& segment, const std::string& stemmer) {
  segment.stem_bytes.clear();
  segment.stems.clear();
  for (const text::Token& token : segment.tokens.tokens) {
    const auto begin = static_cast<std::uint32_t>(segment.stem_bytes.size());
    segment.stem_bytes += text::stem(stemmer, segment.tokens.key(token));
    segment.stems.push_back({begin, static_cast<std::uint32_t>(segment.stem_bytes.size())});
  }
  segment.stem_bytes.append(text::Tokens::padding, '\0');
}

void add_stems(ScoredText& text, const std::string& stemmer) {
  text.stemmer = stemmer;
  for (Segment& segment : text.segments) add_stems(segment, stemmer);
}

Segment segment_of(const ItemFields& item, Field field) {
  Segment segment;
  cut(item, field, scored_words, segment);
  return segment;
}

}  // namespace tocsin::topics
