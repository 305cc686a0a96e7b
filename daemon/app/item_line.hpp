// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// One item as `match` and `explain` read it: a JSON object with "id" (text or number) and any of
/// "title", "text" (also called "content"), "summary", "author", "category", "source", "language",
/// "link", "date". Unknown keys are ignored. Every text is cleaned as the daemon cleans it.
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

/// `invalid_input` for what is no such object: not JSON, no id, or a text that is none.
[[nodiscard]] Result<ItemLine> read_item_line(std::string_view json);

}  // namespace tocsin::app
