// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "feed/feed.hpp"
#include "feed/identity.hpp"
#include "feed/to_json.hpp"

namespace tocsin::fuzz {

/// Parses a document and ends the program where a promise of feed::parse is broken.
inline void check_feed(std::string_view bytes, std::string_view content_type) {
  const auto feed =
      feed::parse(bytes, {.url = "https://news.example/a", .content_type = content_type});
  if (!feed) return;
  if (feed::identify(*feed).size() != feed->items.size()) std::abort();
  for (const auto& item : feed->items) {
    if (!is_utf8(item.title) || !is_utf8(item.text)) std::abort();
    // Titles and text go to terminals and logs: no controls but tab and newline.
    for (const char c : item.title + item.text) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) std::abort();
    }
  }
  if (!is_utf8(feed::to_json(*feed, -1))) std::abort();
}

}  // namespace tocsin::fuzz
