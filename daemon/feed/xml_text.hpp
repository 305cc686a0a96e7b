// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "feed/link_base.hpp"

namespace tocsin::feed {

/// All character data directly inside `node`, text and CDATA in order, trimmed. Where elements
/// stand between them (markup that was not escaped), the inner markup as written.
[[nodiscard]] std::string value_of(const pugi::xml_node& node);

/// Everything between the start and the end tag as markup: character data escaped, prefixes cut
/// from element names, namespace declarations left out. Iterative: depth costs no stack.
/// Links below an element inside that has an xml:base are resolved, where `base` is given.
[[nodiscard]] std::string inner_markup(const pugi::xml_node& node, const LinkBase* base = nullptr);

[[nodiscard]] bool has_element_child(const pugi::xml_node& node);

/// The value of the attribute of this lower-case name, case aside: the one without a prefix, else
/// the first that has one ("rdf:about"); empty when there is none.
[[nodiscard]] std::string_view attribute_of(const pugi::xml_node& node, std::string_view name);

}  // namespace tocsin::feed
