// SPDX-License-Identifier: Apache-2.0
#include "feed/xml_text.hpp"

#include <list>

#include "base/byte_block.hpp"
#include "feed/ascii.hpp"
#include "feed/html_elements.hpp"
#include "feed/html_links.hpp"
#include "feed/references.hpp"
#include "feed/xml_names.hpp"

namespace tocsin::feed {
namespace {

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

bool is_element(const pugi::xml_node& node) {
  return node.type() == pugi::node_element;
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
    if (at < text.size()) out += reference_for(text[at]);
  }
}

/// Writes elements and text as markup. Where an element inside sets a base of its own, the links
/// below it are resolved, since its base is lost in the text.
class MarkupWriter {
 public:
  explicit MarkupWriter(const LinkBase* outer) : outer_{outer} {}

  /// The start tag, or the text.
  void begin(const pugi::xml_node& node) {
    if (is_text(node)) append_escaped(out_, node.value(), false);
    if (!is_element(node)) return;
    const bool has_base = outer_ != nullptr && enter(node);
    const std::size_t at = out_.size();
    append_start(node, has_base);
    if (!bases_.empty()) {
      std::string tag = out_.substr(at);
      resolve_links(tag, bases_.back().base);
      out_.replace(at, std::string::npos, tag);
    }
    if (!node.first_child()) leave(node);
  }

  void end(const pugi::xml_node& node) {
    out_ += "</";
    out_ += local_of(node.name());
    out_ += '>';
    leave(node);
  }

  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  struct Inner {
    pugi::xml_node node;
    LinkBase base;
    std::string storage;
  };

  bool enter(const pugi::xml_node& node) {
    constexpr std::size_t deepest = 16;
    const pugi::xml_attribute own = node.attribute("xml:base");
    if (!own || bases_.size() >= deepest) return false;
    const LinkBase around = bases_.empty() ? *outer_ : bases_.back().base;
    Inner& inner = bases_.emplace_back(Inner{.node = node, .base = around, .storage = {}});
    inner.base = around.below(own.value(), inner.storage);
    return true;
  }

  void leave(const pugi::xml_node& node) {
    if (!bases_.empty() && bases_.back().node == node) bases_.pop_back();
  }

  /// Readers of HTML take "<script />" for open: what would hide the text behind it gets an end
  /// tag (XHTML 1.0, appendix C.3).
  void append_empty_end(std::string_view name) {
    const bool hides = kind_of_element(name) == ElementKind::hidden;
    out_ += hides ? "></" : " />";
    if (hides) (out_ += name) += '>';
  }

  void append_start(const pugi::xml_node& node, bool is_base_used) {
    out_ += '<';
    out_ += local_of(node.name());
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns") || (is_base_used && name == "xml:base")) continue;
      out_ += ' ';
      out_ += name;
      out_ += "=\"";
      append_escaped(out_, attribute.value(), true);
      out_ += '"';
    }
    if (node.first_child()) {
      out_ += '>';
    } else {
      append_empty_end(local_of(node.name()));
    }
  }

  const LinkBase* outer_;
  std::list<Inner> bases_;  // a base refers to its storage, so none may move
  std::string out_;
};

/// An attribute of another vocabulary is none of the element's (Namespaces in XML §6.2); RDF's are
/// meant for all elements, and some give their own attributes their own prefix.
bool is_own_prefix(const pugi::xml_node& node, std::string_view prefix) {
  const std::string_view name = node.name();
  const bool is_elements = name.starts_with(prefix) && name.substr(prefix.size()).starts_with(':');
  return is_elements || equals_lower(prefix, "rdf");
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

std::string inner_markup(const pugi::xml_node& root, const LinkBase* base) {
  MarkupWriter writer{base};
  pugi::xml_node node = root.first_child();
  while (node) {
    writer.begin(node);
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != root && !node.next_sibling()) {
      node = node.parent();
      if (node != root) writer.end(node);
    }
    if (node == root) break;
    node = node.next_sibling();
  }
  return std::string{trimmed(writer.text())};
}

std::string_view attribute_of(const pugi::xml_node& node, std::string_view name) {
  std::string_view prefixed;
  for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
    const std::string_view full = attribute.name();
    if (full.size() < name.size()) continue;
    const std::size_t before = full.size() - name.size();
    if (!equals_lower(full.substr(before), name)) continue;
    if (before == 0) return attribute.value();
    if (full[before - 1] != ':' || !is_own_prefix(node, full.substr(0, before - 1))) continue;
    if (prefixed.empty()) prefixed = attribute.value();
  }
  return prefixed;
}

}  // namespace tocsin::feed
