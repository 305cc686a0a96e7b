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

bool has_stray_section_end(std::string_view text) {
  constexpr std::string_view close = "]]>";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('<', at), text.size());
    if (text.substr(at, end - at).find(close) != text.npos) return true;
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

/// The prefixes in force while a tree is walked.
class Prefixes {
 public:
  /// Adds what an element declares; `leave` takes it away again.
  [[nodiscard]] std::size_t enter(const pugi::xml_node& node) {
    const std::size_t mark = declared_.size();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns:") && declared_.size() < most)
        declared_.push_back(name.substr(6));
    }
    return mark;
  }

  void leave(std::size_t mark) { declared_.resize(mark); }

  [[nodiscard]] bool knows_prefix_of(std::string_view name) const {
    const std::size_t colon = name.find(':');
    if (colon == name.npos) return true;
    const std::string_view prefix = name.substr(0, colon);
    if (prefix == "xml" || prefix == "xmlns" || declared_.size() == most) return true;
    return std::find(declared_.rbegin(), declared_.rend(), prefix) != declared_.rend();
  }

 private:
  // Beyond this, prefixes are taken on trust: looking one up walks the list.
  static constexpr std::size_t most = 128;

  std::vector<std::string_view> declared_;
};

class TreeCheck {
 public:
  void run(const pugi::xml_document& document) {
    pugi::xml_node node = document.document_element();
    while (node) {
      if (node.type() == pugi::node_element) {
        marks_.push_back(prefixes_.enter(node));
        check(node);
        if (const pugi::xml_node child = node.first_child(); child) {
          node = child;
          continue;
        }
        leave();
      }
      // No recursion: how deep a document nests is its author's choice.
      while (!marks_.empty() && !node.next_sibling()) {
        node = node.parent();
        leave();
      }
      if (marks_.empty()) break;
      node = node.next_sibling();
    }
  }

  [[nodiscard]] bool has_undeclared_prefix() const { return has_undeclared_prefix_; }

  [[nodiscard]] bool has_twin_attribute() const { return has_twin_attribute_; }

 private:
  void leave() {
    prefixes_.leave(marks_.back());
    marks_.pop_back();
  }

  void check(const pugi::xml_node& node) {
    has_undeclared_prefix_ = has_undeclared_prefix_ || !prefixes_.knows_prefix_of(node.name());
    names_.clear();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      names_.emplace_back(attribute.name());
      has_undeclared_prefix_ = has_undeclared_prefix_ || !prefixes_.knows_prefix_of(names_.back());
    }
    if (names_.size() < 2) return;
    std::sort(names_.begin(), names_.end());
    const auto twin = std::adjacent_find(names_.begin(), names_.end());
    has_twin_attribute_ = has_twin_attribute_ || twin != names_.end();
  }

  Prefixes prefixes_;
  std::vector<std::size_t> marks_;       // of the elements that are open
  std::vector<std::string_view> names_;  // of one element's attributes
  bool has_undeclared_prefix_ = false;
  bool has_twin_attribute_ = false;
};

}  // namespace

std::vector<std::string> flaws_of_text(std::string_view text) {
  std::vector<std::string> flaws;
  if (lacks_version(text)) flaws.emplace_back("XML declaration without a version");
  const bool has_section_end = text.find("]]>") != text.npos;
  if (has_section_end && has_stray_section_end(text)) flaws.emplace_back("']]>' in text");
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
  check.run(document);
  if (check.has_twin_attribute()) flaws.emplace_back("attribute given twice");
  if (check.has_undeclared_prefix()) flaws.emplace_back("undeclared namespace prefix");
  return flaws;
}

}  // namespace tocsin::feed
