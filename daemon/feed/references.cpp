// SPDX-License-Identifier: Apache-2.0
#include "feed/references.hpp"

#include <algorithm>

#include "feed/entities.hpp"

namespace tocsin::feed {

std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    out += text.substr(0, end);
    text.remove_prefix(end);
    if (text.empty()) break;
    const Reference reference = read_reference(text, Semicolon::required);
    out += reference.length == 0 ? "&" : reference.utf8;
    text.remove_prefix(std::max<std::size_t>(reference.length, 1));
  }
  return out;
}

std::string_view reference_for(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\n':
      return "&#10;";
    case '\t':
      return "&#9;";
    default:
      return {};
  }
}

}  // namespace tocsin::feed
