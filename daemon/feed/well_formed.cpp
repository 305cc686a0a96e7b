// SPDX-License-Identifier: Apache-2.0
#include "feed/well_formed.hpp"

#include <algorithm>
#include <cstddef>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

/// True where `at` lies between a '<' and its '>', as in an attribute's value.
bool is_in_tag(std::string_view text, std::size_t from, std::size_t at) {
  const std::string_view before = text.substr(from, at - from);
  const std::size_t open = before.rfind('<');
  return open != before.npos && before.find('>', open) == before.npos;
}

bool has_stray_section_end(std::string_view text) {
  constexpr std::string_view open = "<![CDATA[";
  constexpr std::string_view close = "]]>";
  std::size_t section = text.find(open);
  std::size_t from = 0;
  for (std::size_t at = text.find(close); at != text.npos; at = text.find(close, from)) {
    if (section < at) {
      section = text.find(open, at);
    } else if (!is_in_tag(text, from, at)) {
      return true;
    }
    from = at + close.size();
  }
  return false;
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
  check.run(document);
  if (check.has_twin_attribute()) flaws.emplace_back("attribute given twice");
  if (check.has_undeclared_prefix()) flaws.emplace_back("undeclared namespace prefix");
  return flaws;
}

}  // namespace tocsin::feed
