// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace tocsin::feed {

/// Parses in place: `text` is torn apart and must live as long as the document does.
/// False when it is not well-formed; the document then holds what stood before the error.
[[nodiscard]] bool parse_strictly(pugi::xml_document& document, std::string& text);

/// Builds a tree of any text, as browsers do of HTML: an end tag closes the nearest open element
/// of its name and is ignored when there is none; an item that begins inside another one ends
/// it; attributes may lack quotes. Never fails. Linear in the length of `text`.
void parse_leniently(pugi::xml_document& document, std::string_view text);

}  // namespace tocsin::feed
