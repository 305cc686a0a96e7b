// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tocsin::feed {

/// The plain internal entities of a document, by name.
using Entities = std::unordered_map<std::string_view, std::string>;

/// Where the next root of a feed begins: "<rss", "<feed" and so on; npos when none does.
[[nodiscard]] std::size_t find_root(std::string_view text, std::size_t from);

/// True when a document begins as XML does, and not with somebody else's markup.
[[nodiscard]] bool starts_as_feed(std::string_view body);

struct Doctype {
  std::size_t end = 0;   ///< The place behind it.
  bool is_open = false;  ///< It had no end; the next root was taken for it.
};

/// Reads the document type that begins at `at`, and adds to `entities`, by names that point into
/// `text`, what its internal subset declares. Entities made of other entities, which are where
/// entity bombs begin, and external ones are left out. Linear.
[[nodiscard]] Doctype read_doctype(std::string_view text, std::size_t at, Entities& entities);

}  // namespace tocsin::feed
