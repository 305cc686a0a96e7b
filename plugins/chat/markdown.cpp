// SPDX-License-Identifier: Apache-2.0
#include "chat/markdown.hpp"

#include <fmt/format.h>

namespace tocsin::chat {
namespace {

constexpr std::string_view punctuation = "\\`*_{}[]()#+-.!|~<>$^=&";
constexpr std::string_view parting = "@:";
constexpr std::size_t list_limit = 3000;
constexpr std::string_view invisible_space = "\u200B";

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (punctuation.find(c) != std::string_view::npos) out += '\\';
    out += c;
    if (parting.find(c) != std::string_view::npos) out += invisible_space;
  }
  return out;
}

std::string markdown(const std::vector<plugin::Segment>& segments) {
  std::string out;
  for (const plugin::Segment& one : segments) {
    const std::string text = escape_markdown(one.text);
    out += one.is_hit ? "**" + text + "**" : text;
  }
  return out;
}

std::string markdown_link(const std::string& title, std::string_view url) {
  if (url.empty()) return title;
  std::string target;
  for (const char c : url) {
    if (c == '(' || c == ')') {
      target += c == '(' ? "%28" : "%29";
    } else {
      target += c;
    }
  }
  return "[" + title + "](" + target + ")";
}

std::string markdown_list(const outbound::Message& message) {
  std::string out;
  std::int64_t more = message.more;
  for (const outbound::ListedItem& one : message.items) {
    const std::string line = "- " + markdown_link(escape_markdown(one.title), one.url) + " " +
                             escape_markdown(one.source) + "\n";
    if (out.size() + line.size() <= list_limit) {
      out += line;
    } else {
      ++more;
    }
  }
  if (more > 0) out += fmt::format("and {} more\n", more);
  return out;
}

}  // namespace tocsin::chat
