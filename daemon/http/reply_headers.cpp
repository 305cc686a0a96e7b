// SPDX-License-Identifier: Apache-2.0
#include "http/reply_headers.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace tocsin::http {
namespace {

constexpr std::chrono::seconds longest_wish = std::chrono::hours{24 * 365};
constexpr std::size_t longest_validator = 2048;

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
  if (is_same_word(name, "expires")) return &headers.expires;
  if (is_same_word(name, "age")) return &headers.age;
  return nullptr;
}

/// Seconds since 1970, or nothing.
std::optional<std::int64_t> http_date(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::time_t time = ::curl_getdate(text.c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return std::int64_t{time};
}

/// Cuts the first of a list with commas; blanks around it are not part of it.
std::string_view next_of(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const std::string_view first = trimmed(list.substr(0, comma));
  list.remove_prefix(std::min(comma + 1, list.size()));
  return first;
}

std::size_t codings_in(std::string_view list) {
  std::size_t count = 0;
  while (!list.empty()) {
    const std::string_view coding = next_of(list);
    if (!coding.empty() && !is_same_word(coding, "identity")) ++count;
  }
  return count;
}

struct CacheControl {
  std::optional<std::string_view> max_age{};
  bool may_be_kept = true;
};

CacheControl cache_control_of(std::string_view list) {
  CacheControl control;
  while (!list.empty()) {
    const std::string_view directive = next_of(list);
    const auto equals = std::min(directive.find('='), directive.size());
    const std::string_view name = trimmed(directive.substr(0, equals));
    const bool has_value = equals < directive.size();
    // With a value, no-cache is about single headers only.
    if (!has_value && (is_same_word(name, "no-cache") || is_same_word(name, "no-store"))) {
      control.may_be_kept = false;
    }
    if (!has_value || control.max_age || !is_same_word(name, "max-age")) continue;
    std::string_view value = trimmed(directive.substr(equals + 1));
    if (value.size() > 1 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    control.max_age = value;
  }
  return control;
}

std::chrono::seconds within_a_year(std::chrono::seconds wish) {
  return std::clamp(wish, std::chrono::seconds{0}, longest_wish);
}

/// From the reply's own Date where there is one, so that clocks need not agree.
std::optional<std::chrono::seconds> time_until(const std::string& date, const ReplyHeaders& headers,
                                               Time now) {
  const auto until = http_date(date);
  if (!until) return std::nullopt;
  const auto own = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return within_a_year(std::chrono::seconds{*until - http_date(headers.date).value_or(own)});
}

}  // namespace

void take_line(ReplyHeaders& headers, std::string_view line) {
  const std::size_t bytes = headers.bytes + line.size();
  if (line.starts_with("HTTP/")) headers = {};
  headers.bytes = bytes;
  if (trimmed(line).empty()) headers.is_complete = true;
  const auto colon = line.find(':');
  if (headers.is_complete || colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (is_same_word(name, "content-encoding")) headers.content_codings += codings_in(value);
  if (value.empty() || has_control(value)) return;
  if (is_same_word(name, "cache-control")) {
    if (!headers.cache_control.empty()) headers.cache_control += ", ";
    headers.cache_control += value;
    return;
  }
  std::string* const place = place_of(headers, name);
  if (place == nullptr || !place->empty()) return;
  const bool is_validator = place == &headers.etag || place == &headers.last_modified;
  if (is_validator && value.size() > longest_validator) return;
  *place = value;
}

std::optional<std::chrono::seconds> fresh_for(const ReplyHeaders& headers, Time now) {
  const CacheControl control = cache_control_of(headers.cache_control);
  if (!control.may_be_kept) return std::nullopt;
  if (!control.max_age) return time_until(headers.expires, headers, now);
  const auto max_age = seconds_in(*control.max_age);
  if (!max_age) return std::nullopt;
  return within_a_year(*max_age - seconds_in(headers.age).value_or(std::chrono::seconds{0}));
}

std::optional<std::chrono::seconds> retry_after_of(const ReplyHeaders& headers, Time now) {
  if (const auto seconds = seconds_in(headers.retry_after)) return seconds;
  return time_until(headers.retry_after, headers, now);
}

}  // namespace tocsin::http
