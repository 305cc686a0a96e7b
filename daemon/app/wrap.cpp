// SPDX-License-Identifier: Apache-2.0
#include "app/wrap.hpp"

#include <algorithm>

namespace tocsin::app {

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the inside of a character
  }));
}

std::string wrapped(std::string_view head, std::string_view text) {
  const std::size_t indent = columns_of(head);
  std::string out{head};
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t width = columns_of(word);
    if (column > indent && column + 1 + width > line_width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out + "\n";
}

}  // namespace tocsin::app
