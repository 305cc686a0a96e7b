// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_row.hpp"
#include "store/store.hpp"

namespace tocsin::store {

namespace {

constexpr std::size_t word_limit = 32;

/// Every word quoted, so that nothing a person types is read as FTS5's own syntax.
std::string quoted(std::string_view words) {
  constexpr std::string_view blanks = " \t\n\r";
  std::string query;
  std::size_t begin = words.find_first_not_of(blanks);
  for (std::size_t count = 0; begin != std::string_view::npos && count < word_limit; ++count) {
    const auto end = words.find_first_of(blanks, begin);
    auto word = words.substr(begin, end - begin);
    const bool is_prefix = word.size() > 1 && word.back() == '*';
    if (is_prefix) word.remove_suffix(1);
    query += query.empty() ? "\"" : " \"";
    for (const char c : word) {
      if (c == '"') query += '"';
      if (c != '\0') query += c;
    }
    query += is_prefix ? "\"*" : "\"";
    begin = words.find_first_not_of(blanks, end);
  }
  return query;
}

struct Hit {
  ItemId id = 0;
  std::string snippet;
};

}  // namespace

Result<std::vector<ItemHit>> Store::search_items(std::string_view words, std::size_t limit) {
  const auto query = quoted(words);
  if (query.empty()) return std::vector<ItemHit>{};
  const auto hits = connection_->all(
      "SELECT rowid, snippet(item_text, -1, '[', ']', '…', 24) FROM item_text"
      " WHERE item_text MATCH ? ORDER BY rank LIMIT ?",
      [](Row& row) { return Hit{.id = row.integer(), .snippet = row.text()}; }, query,
      static_cast<std::int64_t>(limit));
  if (!hits) return fail(hits.error());

  std::vector<ItemHit> found;
  for (const auto& hit : *hits) {
    auto item = find_item(hit.id);
    if (!item) return fail(item.error());
    if (*item) found.push_back(ItemHit{.item = std::move(**item), .snippet = hit.snippet});
  }
  return found;
}

}  // namespace tocsin::store
