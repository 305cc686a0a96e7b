// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/utf8.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::string_view ellipsis = "…";

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::string with_ellipsis(std::string_view head) {
  while (head.ends_with(' ') || head.ends_with('\n')) head.remove_suffix(1);
  return std::string{head} + std::string{ellipsis};
}

using Range = std::pair<std::size_t, std::size_t>;

/// Where terms were found: sorted, within the text, those that touch joined.
std::vector<Range> hits_in(const alert::Alert& alert, std::string_view field, std::size_t size) {
  std::vector<Range> found;
  for (const alert::Evidence& one : alert.match.evidence) {
    const bool is_good = one.field == field && one.start < one.end && one.end <= size;
    if (is_good) found.emplace_back(one.start, one.end);
  }
  std::sort(found.begin(), found.end());
  std::vector<Range> joined;
  for (const Range& one : found) {
    if (!joined.empty() && one.first <= joined.back().second) {
      joined.back().second = std::max(joined.back().second, one.second);
    } else {
      joined.push_back(one);
    }
  }
  return joined;
}

/// May stand in a URI as it is (RFC 3986, 2): unreserved, reserved, or the sign of an escape.
bool is_uri(char c) {
  constexpr std::string_view marks = "-._~:/?#[]@!$&'()*+,;=%";
  const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_word || marks.find(c) != std::string_view::npos;
}

}  // namespace

std::string cut(std::string_view text, std::size_t limit) {
  const auto count = std::count_if(text.begin(), text.end(), begins_character);
  if (static_cast<std::size_t>(count) <= limit) return std::string{text};
  if (limit == 0) return {};
  std::size_t end = 0;
  for (std::size_t left = limit - 1; end < text.size(); ++end) {
    if (begins_character(text[end]) && left-- == 0) break;
  }
  const std::string_view head = text.substr(0, end);
  const auto space = head.rfind(' ');
  const bool is_near = space != std::string_view::npos && space > head.size() * 3 / 4;
  return with_ellipsis(is_near ? head.substr(0, space) : head);
}

std::string cut_bytes(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string{text};
  if (limit < ellipsis.size()) return {};
  return with_ellipsis(truncate_utf8(text, limit - ellipsis.size()));
}

std::string day_and_minute(Time time) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto minutes = std::chrono::floor<std::chrono::minutes>(time - day).count();
  return fmt::format("{} {} {} {:02}:{:02} UTC", static_cast<unsigned>(date.day()),
                     months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3),
                     static_cast<int>(date.year()), minutes / 60, minutes % 60);
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string web_link(std::string_view url) {
  constexpr std::size_t longest_scheme = 8;  // "https://"
  const bool is_web = url.starts_with("http://") || url.starts_with("https://");
  if (!is_web) return {};
  const auto host_end = std::min(url.find_first_of("/?#", longest_scheme), url.size());
  if (!std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(host_end), is_uri))
    return {};
  std::string link;
  link.reserve(url.size());
  for (const char c : url) {
    if (is_uri(c)) {
      link += c;
    } else {
      link += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return link;
}

std::string field_text(const alert::Alert& alert, std::string_view field) {
  if (field == "title") return alert.item.title;
  if (field == "summary") return alert.item.summary;
  if (field == "content") return alert.item.content;
  if (field == "author") return alert::joined(alert.item.authors);
  if (field == "category") return alert::joined(alert.item.categories);
  if (field == "source") return alert.source.name;
  if (field == "language") return alert.item.language;
  if (field == "link") return alert.item.url;
  return {};
}

std::vector<Segment> segments(const alert::Alert& alert, std::string_view field) {
  const std::string text = field_text(alert, field);
  std::vector<Segment> out;
  const auto add = [&](std::size_t start, std::size_t end, bool is_hit) {
    if (start < end) out.push_back({.text = text.substr(start, end - start), .is_hit = is_hit});
  };
  std::size_t at = 0;
  for (const auto& [start, end] : hits_in(alert, field, text.size())) {
    add(at, start, false);
    add(start, end, true);
    at = end;
  }
  add(at, text.size(), false);
  return out;
}

}  // namespace tocsin::plugin
