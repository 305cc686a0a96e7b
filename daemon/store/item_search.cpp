// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <limits>
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
#include "store/item_words.hpp"
#include "store/row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

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
Hits found(Connection& connection, const ItemWords& words, const ItemQuery& query) {
  const bool is_snippet = words.runs.empty();
  const auto limit = static_cast<std::int64_t>(query.limit);
  const auto first = connection.number(
      "SELECT min(item_id) FROM item INDEXED BY item_by_first_seen WHERE first_seen >= ?",
      query.since);
  if (!first) return fail(first.error());
  if (*first == 0) return std::vector<ItemHit>{};
  if (!query.feed_key) {
    return connection.all(
        "SELECT item_text.rowid,"
        " CASE WHEN ? THEN substr(snippet(item_text, -1, '[', ']', '…', 24), 1, 400) ELSE '' END"
        " FROM item_text CROSS JOIN item i ON i.item_id = item_text.rowid"
        " WHERE item_text MATCH ? AND item_text.rowid >= ? AND i.first_seen >= ?"
        " ORDER BY item_text.rowid DESC LIMIT ?",
        read_hit, is_snippet, words.expression, *first, query.since, limit);
  }
  return connection.all(
      "SELECT rowid,"
      " CASE WHEN ? THEN substr(snippet(item_text, -1, '[', ']', '…', 24), 1, 400) ELSE '' END"
      " FROM item_text WHERE item_text MATCH ? AND rowid >= ? AND +rowid IN (SELECT item_id FROM "
      "identity"
      "  WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?) AND item_id IS NOT NULL"
      "  AND first_seen >= ?)"
      " ORDER BY rowid DESC LIMIT ?",
      read_hit, is_snippet, words.expression, *first, *query.feed_key, query.since, limit);
}

/// Those of `hits` whose texts hold every run.
Hits holding(Connection& connection, const std::vector<std::string>& runs,
             const std::vector<ItemHit>& hits, std::size_t limit) {
  std::vector<ItemHit> kept;
  for (const ItemHit& hit : hits) {
    if (kept.size() == limit) break;
    const auto texts = connection.first(
        "SELECT title, summary, content FROM item WHERE item_id = ?",
        [](Row& row) {
          return std::vector<std::string>{row.text(), row.text(), row.text()};
        },
        hit.id);
    if (!texts) return fail(texts.error());
    if (!*texts) continue;
    if (auto snippet = snippet_of(runs, **texts)) {
      kept.push_back({.id = hit.id, .snippet = std::move(*snippet)});
    }
  }
  return kept;
}

Hits hits_of(Connection& connection, const ItemWords& words, const ItemQuery& query) {
  return words.expression.empty() ? listed(connection, query) : found(connection, words, query);
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
  const auto words = read_words(query.words);
  if (!words) return fail(words.error());
  ItemHits answer;
  if (!words->expression.empty()) {
    // Counted first: what comes into the index meanwhile is found, and counted all the same.
    const auto unindexed = connection_->number(
        "SELECT max(0, coalesce((SELECT max(item_id) FROM item), 0) - up_to) FROM indexed");
    if (!unindexed) return fail(unindexed.error());
    answer.unindexed = *unindexed;
  }
  ItemQuery candidates = query;
  if (!words->runs.empty()) candidates.limit = std::numeric_limits<std::int32_t>::max();
  auto hits = hits_of(*connection_, *words, candidates);
  if (hits && !words->runs.empty()) hits = holding(*connection_, words->runs, *hits, query.limit);
  if (!hits) return fail(hits.error());
  answer.hits = std::move(*hits);
  return answer;
}

}  // namespace tocsin::store
