// SPDX-License-Identifier: Apache-2.0
#include "feed/well_formed.hpp"

#include <algorithm>
#include <cstddef>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

/// Behind what starts with the '<' at `at`: a section, an instruction or a tag with its values.
std::size_t past_markup(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("<![CDATA[") || rest.starts_with("<?")) {
    const std::string_view close = rest[1] == '!' ? "]]>" : "?>";
    const std::size_t end = text.find(close, at + 2);
    return end == text.npos ? text.size() : end + close.size();
  }
  while ((at = text.find_first_of("\"'>", at)) != text.npos && text[at] != '>') {
    at = text.find(text[at], at + 1);
    if (at == text.npos) break;
    ++at;
  }
  return at == text.npos ? text.size() : at + 1;
}

/// Whether each `]]>` ends a section, as in most feeds; no for one in a value, too, which may be.
bool is_each_end_of_a_section(std::string_view text) {
  constexpr std::string_view open = "<![CDATA[";
  constexpr std::string_view close = "]]>";
  std::size_t from = 0;
  for (std::size_t at = text.find(close); at != text.npos; at = text.find(close, from)) {
    if (text.substr(from, at - from).find(open) == text.npos) return false;
    from = at + close.size();
  }
  return true;
}

bool has_stray_section_end(std::string_view text) {
  if (is_each_end_of_a_section(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('<', at), text.size());
    if (text.substr(at, end - at).find("]]>") != text.npos) return true;
    at = end == text.size() ? end : past_markup(text, end);
  }
  return false;
}

/// XML 1.0 §2.8: a declaration without a version is none.
bool lacks_version(std::string_view text) {
  if (!text.starts_with("<?xml ")) return false;
  return text.substr(0, text.find("?>")).find("version") == text.npos;
}

bool has_text_outside(std::string_view text) {
  std::string_view start = trimmed(text);
  while (start.starts_with("<?")) {
    const std::size_t end = start.find("?>");
    start = trimmed(start.substr(end == start.npos ? start.size() : end + 2));
  }
  const std::size_t last = start.rfind('>');
  const bool is_behind = last != start.npos && !trimmed(start.substr(last + 1)).empty();
  return is_behind || (!start.empty() && start.front() != '<');
}

/// The prefixes in force while a tree is walked. Few elements declare any, so that only those are
/// remembered.
class Prefixes {
 public:
  /// Adds what an element declares; `leave` takes it away again.
  void enter(const pugi::xml_node& node) {
    const std::size_t before = declared_.size();
    for (auto attribute = node.first_attribute(); attribute;
         attribute = attribute.next_attribute()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns:") && declared_.size() < most)
        declared_.push_back(name.substr(6));
    }
    if (declared_.size() > before) scopes_.push_back({.node = node, .before = before});
  }

  void leave(const pugi::xml_node& node) {
    if (scopes_.empty() || scopes_.back().node != node) return;
    declared_.resize(scopes_.back().before);
    scopes_.pop_back();
  }

  [[nodiscard]] bool knows_prefix_of(std::string_view name) const {
    const std::size_t colon = name.find(':');
    if (colon == name.npos) return true;
    const std::string_view prefix = name.substr(0, colon);
    return std::find(declared_.rbegin(), declared_.rend(), prefix) != declared_.rend() ||
           prefix == "xml" || prefix == "xmlns" || declared_.size() == most;
  }

 private:
  // Beyond this, prefixes are taken on trust: looking one up walks the list.
  static constexpr std::size_t most = 128;

  struct Scope {
    pugi::xml_node node;
    std::size_t before = 0;
  };

  std::vector<std::string_view> declared_;
  std::vector<Scope> scopes_;
};

class TreeCheck {
 public:
  /// No recursion: how deep a document nests is its author's choice.
  void run(const pugi::xml_node& root) {
    pugi::xml_node node = root;
    while (node) {
      if (node.type() == pugi::node_element) {
        check(node);
        if (const pugi::xml_node child = node.first_child(); child) {
          node = child;
          continue;
        }
        prefixes_.leave(node);
      }
      while (node != root && !node.next_sibling()) {
        node = node.parent();
        prefixes_.leave(node);
      }
      if (node == root) break;
      node = node.next_sibling();
    }
  }

  [[nodiscard]] bool has_undeclared_prefix() const { return has_undeclared_prefix_; }

  [[nodiscard]] bool has_twin_attribute() const { return has_twin_attribute_; }

 private:
  void check(const pugi::xml_node& node) {
    if (node.first_attribute()) check_attributes(node);
    has_undeclared_prefix_ = has_undeclared_prefix_ || !prefixes_.knows_prefix_of(node.name());
  }

  void check_attributes(const pugi::xml_node& node) {
    prefixes_.enter(node);
    names_.clear();
    for (auto attribute = node.first_attribute(); attribute;
         attribute = attribute.next_attribute()) {
      names_.emplace_back(attribute.name());
      has_undeclared_prefix_ = has_undeclared_prefix_ || !prefixes_.knows_prefix_of(names_.back());
    }
    if (names_.size() < 2 || has_twin_attribute_) return;
    std::sort(names_.begin(), names_.end());
    has_twin_attribute_ = std::adjacent_find(names_.begin(), names_.end()) != names_.end();
  }

  Prefixes prefixes_;
  std::vector<std::string_view> names_;  // of one element's attributes
  bool has_undeclared_prefix_ = false;
  bool has_twin_attribute_ = false;
};

}  // namespace

std::vector<std::string> flaws_of_text(std::string_view text) {
  std::vector<std::string> flaws;
  if (lacks_version(text)) flaws.emplace_back("XML declaration without a version");
  if (has_stray_section_end(text)) flaws.emplace_back("']]>' in text");
  if (has_text_outside(text)) flaws.emplace_back("text outside the root element");
  return flaws;
}

std::vector<std::string> flaws_of_tree(const pugi::xml_document& document) {
  std::vector<std::string> flaws;
  const auto roots =
      std::count_if(document.begin(), document.end(),
                    [](const pugi::xml_node& node) { return node.type() == pugi::node_element; });
  if (roots > 1) flaws.emplace_back("more than one root element");
  TreeCheck check;
  check.run(document.document_element());
  if (check.has_twin_attribute()) flaws.emplace_back("attribute given twice");
  if (check.has_undeclared_prefix()) flaws.emplace_back("undeclared namespace prefix");
  return flaws;
}

}  // namespace tocsin::feed
