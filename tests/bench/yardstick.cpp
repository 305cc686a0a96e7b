// SPDX-License-Identifier: Apache-2.0
#include "yardstick.hpp"

#include <pugixml.hpp>

namespace tocsin::bench {
namespace {

std::string without_tags(std::string_view html) {
  std::string text;
  bool is_in_tag = false;
  for (const char c : html) {
    if (c == '<') {
      is_in_tag = true;
    } else if (c == '>') {
      is_in_tag = false;
    } else if (!is_in_tag) {
      text += c;
    }
  }
  return text;
}

template <typename Take>
class TextWalker : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& node) override {
    const bool is_text = node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
    if (is_text) size_ += Take{}(node.value()).size();
    return true;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

template <typename Take>
std::size_t parse_and_take(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return 0;
  TextWalker<Take> walker;
  document.traverse(walker);
  return walker.size();
}

struct Copy {
  std::string operator()(std::string_view text) const { return std::string{text}; }
};

struct Strip {
  std::string operator()(std::string_view text) const { return without_tags(text); }
};

}  // namespace

std::size_t parse_and_walk(std::string_view xml) {
  return parse_and_take<Copy>(xml);
}

std::size_t parse_walk_and_strip(std::string_view xml) {
  return parse_and_take<Strip>(xml);
}

}  // namespace tocsin::bench
