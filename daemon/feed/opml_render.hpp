// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/opml.hpp"
#include "feed/opml_layout.hpp"

namespace tocsin::feed {

/// How a file is written, so that what is added looks like what is there.
struct OutlineStyle {
  std::string line_end;        ///< Empty for a list that is all on one line.
  std::string unit;            ///< By which an element is indented more than its parent.
  bool is_ascii_only = false;  ///< Other characters become references: the file is not UTF-8.
};

[[nodiscard]] OutlineStyle style_of(std::string_view bytes,
                                    const std::vector<ElementPlace>& places);

/// The blanks before `at` when nothing else stands before it on its line.
[[nodiscard]] std::optional<std::string_view> indent_at(std::string_view bytes, std::size_t at);

/// How far a new last child of `element` is indented: as its last one, else a unit more than
/// itself.
[[nodiscard]] std::string child_indent(std::string_view bytes,
                                       const std::vector<ElementPlace>& places, std::size_t element,
                                       const OutlineStyle& style);

/// For an attribute between double quotes.
[[nodiscard]] std::string escaped(std::string_view text, const OutlineStyle& style);

/// "<outline type="rss" …/>".
[[nodiscard]] std::string outline_of(const Subscription& feed, const OutlineStyle& style);

}  // namespace tocsin::feed
