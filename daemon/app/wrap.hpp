// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::app {

/// The width that the tables and paragraphs of verbs keep to.
inline constexpr std::size_t line_width = 80;

/// Characters, each taken as one column.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// `head` and behind it `text`, broken at blanks into lines of `line_width`; the further lines
/// start below the text. A word longer than a line has a line of its own. Ends with a newline.
[[nodiscard]] std::string wrapped(std::string_view head, std::string_view text);

}  // namespace tocsin::app
