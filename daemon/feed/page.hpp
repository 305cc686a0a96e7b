// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "feed/feed.hpp"

namespace tocsin::feed {

/// What a reader of a web page sees of the one thing it tells.
struct Page {
  std::string title;     ///< Of <title>, one line.
  std::string text;      ///< Plain text of the page's main part.
  std::string language;  ///< Of <html lang>; may be empty.
};

/// Reads an HTML page of any encoding: the text of its `<article>` elements, else of `<main>`, else
/// of the body; navigation, headers, footers, asides and forms are left out. At most 2 MiB of the
/// page are read. Never fails; linear in the page's length. Clean UTF-8.
[[nodiscard]] Page read_page(std::string_view bytes, const Origin& origin);

}  // namespace tocsin::feed
