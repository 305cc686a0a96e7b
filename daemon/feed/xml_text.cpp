// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_text.hpp"

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

bool is_element(const pugi::xml_node& node) {
  return node.type() == pugi::node_element;
}

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return "&quot;";
  }
}

void append_escaped(std::string& out, std::string_view text, bool is_attribute) {
  const char fourth = is_attribute ? '"' : '>';
  const auto must_be_escaped = [fourth](ByteBlock here, ByteBlock) -> ByteBlock {
    return (here == '&') | (here == '<') | (here == static_cast<std::uint8_t>(fourth));
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = find_marked(text, at, 'x', must_be_escaped);
    out += text.substr(at, end - at);
    at = end;
    if (at < text.size()) out += escape_of(text[at]);
  }
}

void append_start(std::string& out, const pugi::xml_node& node) {
  out += '<';
  out += without_prefix(node.name());
  for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
    const std::string_view name = attribute.name();
    if (name.starts_with("xmlns")) continue;
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, attribute.value(), true);
    out += '"';
  }
  out += node.first_child() ? ">" : " />";
}

void append_end(std::string& out, const pugi::xml_node& node) {
  out += "</";
  out += without_prefix(node.name());
  out += '>';
}

void append_node(std::string& out, const pugi::xml_node& node) {
  if (is_element(node)) append_start(out, node);
  if (is_text(node)) append_escaped(out, node.value(), false);
}

}  // namespace

bool has_element_child(const pugi::xml_node& node) {
  for (auto child = node.first_child(); child; child = child.next_sibling()) {
    if (is_element(child)) return true;
  }
  return false;
}

std::string value_of(const pugi::xml_node& node) {
  const pugi::xml_node first = node.first_child();
  if (first && !first.next_sibling() && is_text(first)) return std::string{trimmed(first.value())};
  if (has_element_child(node)) return inner_markup(node);
  std::string out;
  for (const pugi::xml_node& child : node.children()) {
    if (is_text(child)) out += child.value();
  }
  return std::string{trimmed(out)};
}

std::string inner_markup(const pugi::xml_node& root) {
  std::string out;
  pugi::xml_node node = root.first_child();
  while (node) {
    append_node(out, node);
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != root && !node.next_sibling()) {
      node = node.parent();
      if (node != root) append_end(out, node);
    }
    if (node == root) break;
    node = node.next_sibling();
  }
  return std::string{trimmed(out)};
}

std::string_view attribute_of(const pugi::xml_node& node, std::string_view name) {
  std::string_view prefixed;
  for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
    const std::string_view full = attribute.name();
    if (full.size() < name.size()) continue;
    const std::size_t before = full.size() - name.size();
    if (!equals_lower(full.substr(before), name)) continue;
    if (before == 0) return attribute.value();
    if (full[before - 1] != ':' || full.starts_with("xmlns:")) continue;
    if (prefixed.empty()) prefixed = attribute.value();
  }
  return prefixed;
}

}  // namespace tocsin::feed
