// SPDX-License-Identifier: Apache-2.0
#include "http/reply_headers.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace tocsin::http {
namespace {

constexpr std::chrono::seconds longest_wish = std::chrono::hours{24 * 365};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

/// A whole number of seconds; one too large for us is still a number.
std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
  const bool is_number = !text.empty() && std::all_of(text.begin(), text.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return longest_wish;
  return std::min(std::chrono::seconds{value}, longest_wish);
}

std::string* place_of(ReplyHeaders& headers, std::string_view name) {
  if (is_same_word(name, "content-type")) return &headers.content_type;
  if (is_same_word(name, "etag")) return &headers.etag;
  if (is_same_word(name, "last-modified")) return &headers.last_modified;
  if (is_same_word(name, "location")) return &headers.location;
  if (is_same_word(name, "retry-after")) return &headers.retry_after;
  if (is_same_word(name, "date")) return &headers.date;
  return nullptr;
}

/// Seconds since 1970, or nothing.
std::optional<std::int64_t> http_date(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::time_t time = ::curl_getdate(text.c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return std::int64_t{time};
}

}  // namespace

void take_line(ReplyHeaders& headers, std::string_view line) {
  const std::size_t bytes = headers.bytes + line.size();
  if (line.starts_with("HTTP/")) headers = {};
  headers.bytes = bytes;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (value.empty() || has_control(value)) return;
  if (is_same_word(name, "cache-control")) {
    if (!headers.cache_control.empty()) headers.cache_control += ", ";
    headers.cache_control += value;
    return;
  }
  std::string* const place = place_of(headers, name);
  if (place != nullptr && place->empty()) *place = value;
}

std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control) {
  while (!cache_control.empty()) {
    const auto comma = std::min(cache_control.find(','), cache_control.size());
    const std::string_view directive = trimmed(cache_control.substr(0, comma));
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
    const auto equals = directive.find('=');
    if (equals == std::string_view::npos) continue;
    if (!is_same_word(trimmed(directive.substr(0, equals)), "max-age")) continue;
    std::string_view value = trimmed(directive.substr(equals + 1));
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return seconds_in(value);
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> retry_after_of(const ReplyHeaders& headers, Time now) {
  if (const auto seconds = seconds_in(headers.retry_after)) return seconds;
  const auto until = http_date(headers.retry_after);
  if (!until) return std::nullopt;
  const auto own = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const auto from = http_date(headers.date).value_or(own);
  return std::clamp(std::chrono::seconds{*until - from}, std::chrono::seconds{0}, longest_wish);
}

}  // namespace tocsin::http
