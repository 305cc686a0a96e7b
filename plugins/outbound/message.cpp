// SPDX-License-Identifier: Apache-2.0
#include "outbound/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/utf8.hpp"

namespace tocsin::outbound {
namespace {

using plugin::Alert;
using plugin::Segment;

constexpr std::size_t name_limit = 80;
constexpr std::size_t why_limit = 300;
constexpr std::size_t url_limit = 2000;
constexpr std::size_t listed_url_limit = 500;

std::string_view first_character(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return text.substr(0, end);
}

std::size_t count_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_blank(std::string_view character) {
  return character == " " || character == "\n" || character == "\t" || character == "\r" ||
         character == "\u2028" || character == "\u2029" || character == "\u00A0";
}

/// What a log would show as it is; quotes and backslashes do no harm here.
bool is_shown(std::string_view character) {
  constexpr std::array<std::string_view, 4> kept{"\"", "\\", "\u200C", "\u200D"};
  if (std::find(kept.begin(), kept.end(), character) != kept.end()) return true;
  return is_utf8(character) && escape_for_line(character) == character;
}

std::string_view label_of(const Alert& alert) {
  constexpr std::array<std::string_view, 6> labels{"ALERT",  "UPDATE", "RETRACTED",
                                                   "DIGEST", "TEST",   "OPERATIONS"};
  if (alert.kind == alert::Kind::fresh && alert.is_experimental) return "LAB";
  return labels.at(static_cast<std::size_t>(alert.kind));
}

/// The words of docs/reference/alert.md.
std::string_view severity_text(int severity) {
  constexpr std::array<std::string_view, 5> words{"critical", "high", "medium", "low", "info"};
  return words.at(static_cast<std::size_t>(std::clamp((severity - 1) / 2, 0, 4)));
}

std::string name_of(std::string_view text) {
  return plugin::cut(one_line(text), name_limit);
}

/// A link that does more than open a page ("javascript:") is none.
std::string safe_url(std::string_view url, std::size_t limit = url_limit) {
  std::string link = plugin::web_link(url);
  return link.size() <= limit ? link : std::string{};
}

std::size_t hits_in(const Alert& alert, std::string_view field) {
  return static_cast<std::size_t>(
      std::count_if(alert.match.evidence.begin(), alert.match.evidence.end(),
                    [field](const alert::Evidence& one) { return one.field == field; }));
}

/// The segments of a field as they may be shown.
std::vector<Segment> shown(const Alert& alert, std::string_view field, std::size_t limit) {
  std::vector<Segment> segments = plugin::segments(alert, field);
  for (Segment& one : segments) {
    const bool has_space = !one.text.empty() && is_blank(first_character(one.text));
    const bool ends_blank = !one.text.empty() && is_blank(one.text.substr(one.text.size() - 1));
    std::string line = one_line(one.text);
    if (has_space && !line.empty()) line.insert(0, " ");
    if (ends_blank && !line.empty()) line += ' ';
    if (line.empty() && (has_space || ends_blank)) line = " ";
    one.text = std::move(line);
  }
  const bool is_empty = std::all_of(segments.begin(), segments.end(), [](const Segment& one) {
    return one.text.find_first_not_of(' ') == std::string::npos;
  });
  if (is_empty) return {};
  std::erase_if(segments, [](const Segment& one) { return one.text.empty(); });
  return cut_segments(std::move(segments), limit);
}

std::string when_text(const Alert& alert) {
  const auto& times = alert.times;
  const bool is_dated = times.published && times.published_quality == alert::DateQuality::ok;
  return plugin::day_and_minute(is_dated ? *times.published : times.committed);
}

std::string story_text(const Alert& alert) {
  const auto& story = alert.story;
  if (story.id.empty() || story.outlets < 2) return {};
  return fmt::format("{}: {} outlets, {} independent", name_of(story.status), story.outlets,
                     story.independent_sources);
}

std::string why_text(const alert::MatchPart& match) {
  if (match.evidence.empty()) return {};
  std::vector<std::string> terms;
  for (const alert::Evidence& one : match.evidence) {
    if (std::find(terms.begin(), terms.end(), one.term) == terms.end()) terms.push_back(one.term);
  }
  std::string text = fmt::format("score {:.2f}, threshold {:.2f}: ", match.score, match.threshold);
  for (const std::string& term : terms) text += (&term == &terms.front() ? "" : ", ") + term;
  return plugin::cut(one_line(text), why_limit);
}

void take_digest(const alert::DigestPart& digest, Message& message) {
  message.more = digest.more;
  for (const alert::DigestItem& one : digest.items) {
    if (message.items.size() == items_limit) {
      ++message.more;
      continue;
    }
    const std::string title = plugin::cut(one_line(one.title), headline_limit);
    message.items.push_back({.title = title.empty() ? "(no title)" : title,
                             .url = safe_url(one.url, listed_url_limit),
                             .source = name_of(one.source)});
  }
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    if (is_blank(character)) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (is_shown(character)) {
      line += character;
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::vector<Segment> cut_segments(std::vector<Segment> segments, std::size_t limit) {
  while (segments.size() > segments_limit) {
    const std::string rest = std::move(segments.back().text);
    segments.pop_back();
    segments.back().text += rest;
    segments.back().is_hit = false;
  }
  std::size_t left = limit;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::size_t count = count_of(segments[i].text);
    if (count <= left) {
      left -= count;
      continue;
    }
    segments[i].text = plugin::cut(segments[i].text, left);
    segments.resize(i + 1);
    if (segments[i].text.empty()) segments.pop_back();
  }
  return segments;
}

std::string plain(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& one : segments) text += one.text;
  return text;
}

std::string credit(const Message& message) {
  std::string text;
  for (const std::string* one : {&message.source, &message.when, &message.story}) {
    if (!one->empty()) text += (text.empty() ? "" : " · ") + *one;
  }
  return text;
}

std::string heading(const Message& message) {
  return message.label + " · " + message.topic + " · " + message.severity_text;
}

Message message_of(const Alert& alert) {
  const bool has_more = hits_in(alert, "content") > hits_in(alert, "summary");
  const std::string_view field = has_more || alert.item.summary.empty() ? "content" : "summary";
  const std::string& topic = alert.match.title.empty() ? alert.match.topic : alert.match.title;
  const std::string& source = alert.source.name.empty() ? alert.source.feed_id : alert.source.name;
  Message message{.label = std::string{label_of(alert)},
                  .topic = name_of(topic),
                  .severity = alert.severity,
                  .severity_text = std::string{severity_text(alert.severity)},
                  .headline = shown(alert, "title", headline_limit),
                  .url = safe_url(alert.item.url),
                  .text = shown(alert, field, text_limit),
                  .source = name_of(source),
                  .when = when_text(alert),
                  .story = story_text(alert),
                  .why = why_text(alert.match)};
  if (alert.digest) take_digest(*alert.digest, message);
  if (message.headline.empty()) {
    const std::string all = one_line(alert.summary);
    const std::string said = plugin::cut(all, headline_limit);
    if (said != all) message.text = cut_segments({{.text = all}}, text_limit);
    message.headline.push_back({.text = said.empty() ? "(no title)" : said});
  }
  return message;
}

}  // namespace tocsin::outbound
