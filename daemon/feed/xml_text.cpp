// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_text.hpp"

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

void append_escaped(std::string& out, std::string_view text, bool is_attribute) {
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>' && !is_attribute) {
      out += "&gt;";
    } else if (c == '"' && is_attribute) {
      out += "&quot;";
    } else {
      out += c;
    }
  }
}

void append_start(std::string& out, const pugi::xml_node& node) {
  out += '<';
  out += without_prefix(node.name());
  for (const pugi::xml_attribute& attribute : node.attributes()) {
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
  for (const pugi::xml_node& child : node.children()) {
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
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (equals_lower(without_prefix(attribute.name()), name)) return attribute.value();
  }
  return {};
}

}  // namespace tocsin::feed
