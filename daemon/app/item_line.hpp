// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// One item as `match` and `explain` read it: a JSON object with "id" (text or number) and any of
/// "title", "text" (also called "content"), "summary", "author", "category", "source", "language",
/// "link", "date". Unknown keys are ignored. topics/line_json.hpp says what is taken for a text.
struct ItemLine {
  std::string id;
  std::string title;
  std::string summary;
  std::string content;
  std::string author;
  std::string category;
  std::string source;
  std::string language;
  std::string link;

  /// Borrows this item.
  [[nodiscard]] topics::ItemFields fields() const;

  /// The text of one field.
  [[nodiscard]] std::string_view text(topics::Field field) const;
};

/// `invalid_input` for what is no such object: not JSON, or no id.
[[nodiscard]] Result<ItemLine> read_item_line(std::string_view line);

/// The character, from 1, at which `line` stops being JSON; 1 where it is JSON, but no item.
[[nodiscard]] std::size_t mistake_column(std::string_view line);

}  // namespace tocsin::app
