// SPDX-License-Identifier: Apache-2.0
#include "topics/item_language.hpp"

#include "base/utf8.hpp"
#include "text/language.hpp"

namespace tocsin::topics {

std::string_view ItemLanguage::of(const ItemFields& item) {
  if (!item.language.empty()) return item.language;
  if (!detected_) {
    // As many bytes as are looked at.
    constexpr std::size_t enough = 4096;
    std::string text;
    for (const std::string_view field : {item.title, item.summary, item.content}) {
      text += truncate_utf8(field, enough);
      text += '\n';
      if (text.size() > enough) break;
    }
    detected_ = text::detect_language(text);
  }
  return *detected_;
}

}  // namespace tocsin::topics
