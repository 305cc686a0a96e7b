// SPDX-License-Identifier: Apache-2.0
#include "feed/opml_render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset_names.hpp"
#include "feed/references.hpp"

namespace tocsin::feed {
namespace {

std::string line_end_of(std::string_view bytes) {
  const std::size_t first = bytes.find_first_of("\r\n");
  if (first == std::string_view::npos) return {};
  if (bytes[first] == '\n') return "\n";
  return bytes.substr(first).starts_with("\r\n") ? "\r\n" : "\r";
}

/// The first difference between an element's indentation and its parent's.
std::string unit_of(std::string_view bytes, const std::vector<ElementPlace>& places) {
  for (const ElementPlace& place : places) {
    if (place.parent == ElementPlace::none) continue;
    const auto inner = indent_at(bytes, place.begin);
    const auto outer = indent_at(bytes, places[place.parent].begin).value_or("");
    if (!inner || !inner->starts_with(outer) || inner->size() == outer.size()) continue;
    return std::string{inner->substr(outer.size())};
  }
  return "  ";
}

/// A declaration of another charset holds also for what is added to a file that is plain ASCII.
bool is_declared_otherwise(std::string_view bytes) {
  constexpr std::size_t longest_declaration = 512;
  const std::string_view head = bytes.substr(0, std::min(bytes.find("?>"), longest_declaration));
  const std::size_t at = head.find("encoding");
  if (at == std::string_view::npos) return false;
  const std::size_t quote = head.find_first_of("\"'", at);
  if (quote == std::string_view::npos) return false;
  const std::size_t end = std::min(head.find(head[quote], quote + 1), head.size());
  return charset_label(head.substr(quote + 1, end - quote - 1)) != "utf-8";
}

/// The code point that starts at `at` in well-formed UTF-8, and its length.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t length = 1;
};

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<unsigned char>(text[at + i]);
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0xE0) return {.value = ((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU), .length = 2};
  if (lead < 0xF0) {
    return {.value = ((lead & 0xFU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU),
            .length = 3};
  }
  return {.value = ((lead & 0x7U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
                   (byte(3) & 0x3FU),
          .length = 4};
}

}  // namespace

OutlineStyle style_of(std::string_view bytes, const std::vector<ElementPlace>& places) {
  OutlineStyle style{.line_end = line_end_of(bytes),
                     .unit = {},
                     .is_ascii_only = is_declared_otherwise(bytes) || !is_utf8(bytes)};
  if (!style.line_end.empty()) style.unit = unit_of(bytes, places);
  return style;
}

std::optional<std::string_view> indent_at(std::string_view bytes, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && (bytes[begin - 1] == ' ' || bytes[begin - 1] == '\t')) --begin;
  const bool begins_line = begin == 0 || bytes[begin - 1] == '\n' || bytes[begin - 1] == '\r';
  if (!begins_line) return std::nullopt;
  return bytes.substr(begin, at - begin);
}

std::string child_indent(std::string_view bytes, const std::vector<ElementPlace>& places,
                         std::size_t element, const OutlineStyle& style) {
  const ElementPlace& place = places[element];
  if (place.last_child != ElementPlace::none) {
    const auto indent = indent_at(bytes, places[place.last_child].begin);
    if (indent) return std::string{*indent};
  }
  return std::string{indent_at(bytes, place.begin).value_or("")} + style.unit;
}

std::string escaped(std::string_view text, const OutlineStyle& style) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view reference = reference_for(text[at]);
    const bool is_ascii = static_cast<unsigned char>(text[at]) < 0x80;
    if (!is_ascii && style.is_ascii_only) {
      const CodePoint point = code_point_at(text, at);
      out += fmt::format("&#{};", point.value);
      at += point.length;
    } else if (reference.empty()) {
      out += text[at++];
    } else {
      out += reference;
      ++at;
    }
  }
  return out;
}

std::string outline_of(const Subscription& feed, const OutlineStyle& style) {
  std::string out = "<outline type=\"rss\"";
  const auto put = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += fmt::format(" {}=\"{}\"", name, escaped(value, style));
  };
  put("tocsin:id", feed.id);
  put("text", feed.title);
  put("xmlUrl", feed.url);
  put("htmlUrl", feed.site);
  return out + "/>";
}

}  // namespace tocsin::feed
