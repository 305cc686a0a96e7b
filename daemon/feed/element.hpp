// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <pugixml.hpp>

#include "feed/link_base.hpp"
#include "feed/xml_names.hpp"

namespace tocsin::feed {

/// An XML element as it is read.
struct Element {
  pugi::xml_node node;
  Name name;
  LinkBase base;       ///< What its relative links are resolved against.
  Bindings& bindings;  ///< Its declarations, and those around it.
};

/// Goes through child elements, each with its declarations in force while it is read.
class Walk {
 public:
  Walk(Bindings& bindings, LinkBase base) : bindings_{bindings}, base_{base} {}

  explicit Walk(const Element& element) : Walk{element.bindings, element.base} {}

  /// Calls `visit(const Element&)` for each child element of `parent`.
  template <typename Visit>
  void children(const pugi::xml_node& parent, Visit visit) {
    for (auto node = parent.first_child(); node; node = node.next_sibling()) {
      if (node.type() != pugi::node_element) continue;
      const std::size_t mark = bindings_.enter(node);
      std::string own_base;
      visit(Element{.node = node,
                    .name = bindings_.resolve(node.name()),
                    .base = base_of(node, own_base),
                    .bindings = bindings_});
      bindings_.leave(mark);
    }
  }

 private:
  /// `storage` keeps a base that had to be made; most elements have none of their own.
  [[nodiscard]] LinkBase base_of(const pugi::xml_node& node, std::string& storage) const;

  Bindings& bindings_;
  LinkBase base_;
};

}  // namespace tocsin::feed
