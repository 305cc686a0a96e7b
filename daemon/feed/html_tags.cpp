// SPDX-License-Identifier: Apache-2.0
#include "feed/html_tags.hpp"

#include <algorithm>
#include <array>

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"
#include "feed/references.hpp"

namespace tocsin::feed {
namespace {

/// One attribute at the front of `rest`, which loses it.
struct Attribute {
  std::string_view name;
  std::string_view value;
};

std::string_view take_value(std::string_view& rest) {
  rest.remove_prefix(1);
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  if (rest.empty()) return {};
  const char quote = rest.front();
  if (quote == '"' || quote == '\'') {
    const std::size_t end = std::min(rest.find(quote, 1), rest.size());
    const std::string_view value = rest.substr(1, end - 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return value;
  }
  const std::size_t end = std::min(rest.find_first_of(" \t\r\n\f"), rest.size());
  const std::string_view value = rest.substr(0, end);
  rest.remove_prefix(end);
  return value;
}

Attribute take_attribute(std::string_view& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(" \t\r\n\f/"), rest.size());
  rest.remove_prefix(begin);
  const std::size_t end = std::min(rest.find_first_of(" \t\r\n\f/=", 1), rest.size());
  Attribute attribute{.name = rest.substr(0, end), .value = {}};
  rest.remove_prefix(end);
  std::string_view behind = rest;
  while (!behind.empty() && is_space(behind.front())) behind.remove_prefix(1);
  if (behind.starts_with('=')) {
    rest = behind;
    attribute.value = take_value(rest);
  }
  return attribute;
}

}  // namespace

std::size_t tag_end(std::string_view html, std::size_t at) {
  // Keeps stray quotes from costing quadratic time.
  constexpr std::size_t longest_value = 16 * 1024;
  const std::size_t begin = at;
  while (true) {
    at = find_marked(html, at, 'x', [](ByteBlock here, ByteBlock) -> ByteBlock {
      return (here == '>') | (here == '"') | (here == '\'');
    });
    if (at == html.size()) return std::string_view::npos;
    if (html[at] == '>') return at;
    std::size_t before = at;
    while (before > begin && is_space(html[before - 1])) --before;
    const char quote = html[at++];
    if (before == begin || html[before - 1] != '=') continue;
    const std::size_t length = html.substr(at, longest_value).find(quote);
    if (length == std::string_view::npos) return html.find('>', at);
    at += length + 1;
  }
}

bool HtmlTag::is(std::string_view lower_name) const {
  return equals_lower(name, lower_name);
}

std::string HtmlTag::attribute(std::string_view lower_name) const {
  std::string_view rest = attributes;
  while (!rest.empty()) {
    const Attribute one = take_attribute(rest);
    if (equals_lower(one.name, lower_name)) return decoded(trimmed(one.value));
  }
  return {};
}

bool HtmlTags::next(HtmlTag& tag) {
  while ((at_ = html_.find('<', at_)) != std::string_view::npos) {
    if (skip_declaration()) continue;
    if (!read_tag(tag)) continue;
    at_ = tag.end;
    if (!tag.is_close) skip_text_of(tag);
    return true;
  }
  at_ = html_.size();
  return false;
}

bool HtmlTags::skip_declaration() {
  const std::string_view rest = html_.substr(at_);
  if (!rest.starts_with("<!") && !rest.starts_with("<?")) return false;
  const std::string_view close = rest.starts_with("<!--") ? "-->" : ">";
  const std::size_t end = html_.find(close, at_ + 2);
  at_ = end == std::string_view::npos ? html_.size() : end + close.size();
  return true;
}

bool HtmlTags::read_tag(HtmlTag& tag) {
  const std::size_t begin = at_++;
  const bool is_close = at_ < html_.size() && html_[at_] == '/';
  const std::size_t first = at_ + (is_close ? 1 : 0);
  if (first >= html_.size() || !is_alpha(html_[first])) return false;
  const std::size_t end = std::min(html_.find_first_of(" \t\r\n\f/>", first), html_.size());
  const std::size_t close = tag_end(html_, end);
  if (close == std::string_view::npos) {
    at_ = html_.size();  // no tag ends behind here
    return false;
  }
  tag = {.name = html_.substr(first, end - first),
         .attributes = html_.substr(end, close - end),
         .is_close = is_close,
         .begin = begin,
         .end = close + 1};
  return true;
}

void HtmlTags::skip_text_of(const HtmlTag& tag) {
  constexpr std::array<std::string_view, 3> raw{"script", "style", "textarea"};
  const auto* const found =
      std::find_if(raw.begin(), raw.end(), [&tag](std::string_view name) { return tag.is(name); });
  if (found == raw.end()) return;
  while ((at_ = html_.find("</", at_)) != std::string_view::npos) {
    if (starts_with_lower(html_.substr(at_ + 2), *found)) return;
    at_ += 2;
  }
  at_ = html_.size();  // its text goes on to the page's end
}

}  // namespace tocsin::feed
