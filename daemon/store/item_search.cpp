// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_index.hpp"
#include "store/item_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

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

Result<void> index_words(Connection& connection, ItemId item) {
  return connection.run(
      "INSERT INTO item_text (rowid, title, summary, content)"
      " SELECT item_id, title, summary, content FROM item"
      " WHERE item_id = ? AND item_id <= (SELECT up_to FROM indexed)",
      item);
}

Result<void> unindex_words(Connection& connection, ItemId item) {
  return connection.run(
      "INSERT INTO item_text (item_text, rowid, title, summary, content)"
      " SELECT 'delete', item_id, title, summary, content FROM item"
      " WHERE item_id = ? AND item_id <= (SELECT up_to FROM indexed)",
      item);
}

Result<std::size_t> Store::index_items(std::size_t limit) {
  const auto waiting = connection_->all(
      "SELECT item_id FROM item WHERE item_id > (SELECT up_to FROM indexed)"
      " ORDER BY item_id LIMIT ?",
      [](Row& row) { return row.integer(); }, static_cast<std::int64_t>(limit));
  if (!waiting) return fail(waiting.error());
  if (waiting->empty()) return 0;
  auto transaction = begin();
  if (!transaction) return fail(transaction.error());
  const auto added = connection_->run(
      "INSERT INTO item_text (rowid, title, summary, content)"
      " SELECT item_id, title, summary, content FROM item"
      " WHERE item_id > (SELECT up_to FROM indexed) AND item_id <= ? ORDER BY item_id",
      waiting->back());
  if (!added) return fail(added.error());
  const auto marked = connection_->run("UPDATE indexed SET up_to = ?", waiting->back());
  if (!marked) return fail(marked.error());
  crash_point("index.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("index.committed");
  return waiting->size();
}

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
