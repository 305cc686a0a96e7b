// SPDX-License-Identifier: Apache-2.0
#include "nats/subject.hpp"

#include <algorithm>
#include <optional>

namespace tocsin::nats {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// Takes the first token off; nothing when there is none.
std::optional<std::string_view> take_token(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto dot = text.find('.');
  const auto token = text.substr(0, dot);
  text = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  return token;
}

}  // namespace

std::string subject_for(std::string_view prefix, const alert::Alert& alert) {
  std::string topic = alert.match.topic.empty() ? "_" : alert.match.topic;
  std::replace_if(
      topic.begin(), topic.end(), [](char c) { return !is_plain(c); }, '_');
  return std::string{prefix} + "." + topic + "." + std::to_string(alert.severity);
}

bool is_stream_name(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), is_plain);
}

bool is_subject_prefix(std::string_view text) {
  if (text.empty() || text.ends_with('.')) return false;
  while (const auto token = take_token(text)) {
    if (!is_stream_name(*token)) return false;
  }
  return true;
}

bool covers(std::string_view pattern, std::string_view prefix) {
  const std::string all = std::string{prefix} + ".*.*";
  std::string_view wanted = all;
  while (const auto one = take_token(wanted)) {
    const auto token = take_token(pattern);
    if (!token) return false;
    if (*token == ">") return true;
    if (*token != "*" && *token != *one) return false;
  }
  return pattern.empty();
}

}  // namespace tocsin::nats
