// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_index.hpp"
#include "store/item_query.hpp"
#include "store/item_row.hpp"
#include "store/row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

void append_quoted(std::string_view word, std::string& expression) {
  const bool is_prefix = word.size() > 1 && word.back() == '*';
  if (is_prefix) word.remove_suffix(1);
  expression += expression.empty() ? "\"" : " \"";
  for (const char c : word) {
    if (c == '"') expression += '"';
    if (c != '\0') expression += c;
  }
  expression += is_prefix ? "\"*" : "\"";
}

/// Every word quoted, so that nothing a person types is read as FTS5's own syntax.
Result<std::string> match_expression(const std::vector<std::string>& words) {
  constexpr std::string_view blanks = " \t\n\r";
  std::string expression;
  std::size_t count = 0;
  for (const std::string& given : words) {
    const std::string_view text{given};
    std::size_t begin = text.find_first_not_of(blanks);
    for (; begin != std::string_view::npos; ++count) {
      const auto end = std::min(text.find_first_of(blanks, begin), text.size());
      append_quoted(text.substr(begin, end - begin), expression);
      begin = text.find_first_not_of(blanks, end);
    }
  }
  if (count > ItemQuery::most_words) {
    return fail(Errc::invalid_input,
                fmt::format("at most {} words can be searched for", ItemQuery::most_words));
  }
  return expression;
}

ItemHit read_number(Row& row) {
  return ItemHit{.id = row.integer(), .snippet = {}};
}

ItemHit read_hit(Row& row) {
  return ItemHit{.id = row.integer(), .snippet = row.text()};
}

using Hits = Result<std::vector<ItemHit>>;

Hits listed(Connection& connection, const ItemQuery& query) {
  const auto limit = static_cast<std::int64_t>(query.limit);
  if (!query.feed_key) {
    return connection.all(
        "SELECT item_id FROM item INDEXED BY item_by_first_seen WHERE first_seen >= ?"
        " ORDER BY first_seen DESC, item_id DESC LIMIT ?",
        read_number, query.since, limit);
  }
  return connection.all(
      "SELECT item_id FROM identity WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?)"
      " AND item_id IS NOT NULL AND first_seen >= ?"
      " ORDER BY first_seen DESC, item_id DESC LIMIT ?",
      read_number, *query.feed_key, query.since, limit);
}

/// The index goes by number: numbers before `first` are older than what is asked for. So the newest
/// come first without a look at the others.
Hits found(Connection& connection, const std::string& expression, const ItemQuery& query) {
  const auto limit = static_cast<std::int64_t>(query.limit);
  const auto first = connection.number(
      "SELECT min(item_id) FROM item INDEXED BY item_by_first_seen WHERE first_seen >= ?",
      query.since);
  if (!first) return fail(first.error());
  if (*first == 0) return std::vector<ItemHit>{};
  if (!query.feed_key) {
    return connection.all(
        "SELECT item_text.rowid, substr(snippet(item_text, -1, '[', ']', '…', 24), 1, 400)"
        " FROM item_text CROSS JOIN item i ON i.item_id = item_text.rowid"
        " WHERE item_text MATCH ? AND item_text.rowid >= ? AND i.first_seen >= ?"
        " ORDER BY item_text.rowid DESC LIMIT ?",
        read_hit, expression, *first, query.since, limit);
  }
  return connection.all(
      "SELECT rowid, substr(snippet(item_text, -1, '[', ']', '…', 24), 1, 400) FROM item_text"
      " WHERE item_text MATCH ? AND rowid >= ? AND +rowid IN (SELECT item_id FROM identity"
      "  WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?) AND item_id IS NOT NULL"
      "  AND first_seen >= ?)"
      " ORDER BY rowid DESC LIMIT ?",
      read_hit, expression, *first, *query.feed_key, query.since, limit);
}

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

Result<ItemHits> Store::search_items(const ItemQuery& query) {
  const auto expression = match_expression(query.words);
  if (!expression) return fail(expression.error());
  // Counted first: what comes into the index meanwhile is found, and counted all the same.
  const auto unindexed = connection_->number(
      "SELECT max(0, coalesce((SELECT max(item_id) FROM item), 0) - up_to) FROM indexed");
  if (!unindexed) return fail(unindexed.error());
  auto hits =
      expression->empty() ? listed(*connection_, query) : found(*connection_, *expression, query);
  if (!hits) return fail(hits.error());
  return ItemHits{.hits = std::move(*hits), .unindexed = *unindexed};
}

}  // namespace tocsin::store
