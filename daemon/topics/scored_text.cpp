// SPDX-License-Identifier: Apache-2.0
#include "topics/scored_text.hpp"

#include <algorithm>
#include <array>

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

Segment cut(const ItemFields& item, Field field, std::size_t words) {
  const std::string_view original = field_text(item, field);
  return {.field = field, .original = original, .tokens = text::tokenize(original, words)};
}

std::vector<std::string_view> keys(const text::Tokens& tokens) {
  std::vector<std::string_view> keys;
  keys.reserve(tokens.tokens.size());
  for (const text::Token& token : tokens.tokens) keys.push_back(tokens.key(token));
  return keys;
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
  const std::vector<std::string_view> all = keys(content.tokens);
  std::vector<std::string_view> part = keys(summary.tokens);
  if (part.size() > 1 && is_cut_off(summary.original)) part.pop_back();
  return std::search(all.begin(), all.end(), part.begin(), part.end()) != all.end();
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

ScoredText scored_text(const ItemFields& item) {
  Segment title = cut(item, Field::title, scored_words);
  title.weight = title_weight;
  const std::size_t title_words = title.tokens.tokens.size();
  std::size_t left = scored_words - title_words;
  Segment summary = cut(item, Field::summary, left);
  Segment content = cut(item, Field::content, left);
  if (!content.tokens.tokens.empty() && repeats(content, summary)) {
    summary.weight = 0;
  } else {
    left -= summary.tokens.tokens.size();
    shorten(content, left);
  }
  ScoredText text;
  text.segments.push_back(std::move(title));
  text.segments.push_back(std::move(summary));
  text.segments.push_back(std::move(content));
  for (const Segment& segment : text.segments) {
    text.length += static_cast<double>(segment.weight * segment.tokens.tokens.size());
  }
  return text;
}

Segment segment_of(const ItemFields& item, Field field) {
  return cut(item, field, scored_words);
}

}  // namespace tocsin::topics
