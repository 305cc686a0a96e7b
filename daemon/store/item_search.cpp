// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "base/utf8.hpp"
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

/// The words that a prefix begins, which SQLite looks through one by one as the newest are asked
/// for; of a prefix as such it gathers every place there is before it gives the first.
Result<std::vector<std::string>> words_beginning(Connection& connection, std::string_view prefix) {
  // How the index reads a word, its tokenizer alone tells.
  const auto made = connection.script(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.typed USING fts5 ("
      "  word, tokenize = 'unicode61 remove_diacritics 2');"
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.typed_word USING fts5vocab (temp, typed, instance);"
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.item_word USING fts5vocab (main, item_text, row);"
      "DELETE FROM temp.typed;");
  if (!made) return fail(made.error());
  if (auto put = connection.run("INSERT INTO temp.typed VALUES (?)", prefix); !put) {
    return fail(put.error());
  }
  const auto read = [](Row& row) {
    return row.text();
  };
  const auto typed = connection.all("SELECT term FROM temp.typed_word ORDER BY offset", read);
  if (!typed) return fail(typed.error());
  if (typed->empty()) return std::vector<std::string>{};
  std::string head;
  for (std::size_t i = 0; i + 1 < typed->size(); ++i) head += (*typed)[i] + " ";
  auto words = connection.all(
      "SELECT term FROM temp.item_word WHERE term >= ? AND term < ? || char(1114111) LIMIT ?", read,
      typed->back(), typed->back(), static_cast<std::int64_t>(ItemQuery::most_forms + 1));
  if (!words) return fail(words.error());
  for (std::string& word : *words) word.insert(0, head);
  return words;
}

Result<std::string> prefix_expression(Connection& connection, const std::string& prefix) {
  const auto words = words_beginning(connection, prefix);
  if (!words) return fail(words.error());
  if (words->empty()) return quoted(prefix);  // which is as little there
  if (words->size() > ItemQuery::most_forms) {
    return fail(Errc::too_large, fmt::format("more than {} words begin with '{}'; name more of it",
                                             ItemQuery::most_forms, escape_for_line(prefix)));
  }
  std::string expression;
  for (const std::string& word : *words) {
    expression += (expression.empty() ? "(" : " OR ") + quoted(word);
  }
  return expression + ")";
}

/// What the index is asked; empty when nothing.
Result<std::string> expression_of(Connection& connection, const ItemWords& words) {
  std::string expression;
  const auto add = [&expression](const std::string& part) {
    expression += (expression.empty() ? "" : " AND ") + part;
  };
  for (const std::string& word : words.whole) add(quoted(word));
  for (const std::string& prefix : words.prefixes) {
    const auto part = prefix_expression(connection, prefix);
    if (!part) return fail(part.error());
    add(*part);
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
Hits found(Connection& connection, const std::string& expression, bool is_snippet,
           const ItemQuery& query) {
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
        read_hit, is_snippet, expression, *first, query.since, limit);
  }
  return connection.all(
      "SELECT rowid,"
      " CASE WHEN ? THEN substr(snippet(item_text, -1, '[', ']', '…', 24), 1, 400) ELSE '' END"
      " FROM item_text WHERE item_text MATCH ? AND rowid >= ? AND +rowid IN (SELECT item_id FROM "
      "identity"
      "  WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?) AND item_id IS NOT NULL"
      "  AND first_seen >= ?)"
      " ORDER BY rowid DESC LIMIT ?",
      read_hit, is_snippet, expression, *first, *query.feed_key, query.since, limit);
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

Result<bool> Store::merge_index() {
  auto transaction = begin();
  if (!transaction) return fail(transaction.error());
  const auto before = connection_->number("SELECT total_changes()");
  if (!before) return fail(before.error());
  // Each fourth segment of a size makes one of the next; what is half done goes on.
  const auto merged =
      connection_->run("INSERT INTO item_text (item_text, rank) VALUES ('merge', 16)");
  if (!merged) return fail(merged.error());
  const auto after = connection_->number("SELECT total_changes()");
  if (!after) return fail(after.error());
  // FTS5's manual, "The 'merge' Command": the statement is one change, and work is more.
  const bool is_any = *after - *before > 1;
  if (is_any) crash_point("merge.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  if (is_any) crash_point("merge.committed");
  return is_any;
}

Result<ItemHits> Store::search_items(const ItemQuery& query) {
  const auto words = read_words(query.words);
  if (!words) return fail(words.error());
  const auto expression = expression_of(*connection_, *words);
  if (!expression) return fail(expression.error());
  const bool is_reading = !words->runs.empty();
  ItemHits answer;
  ItemQuery candidates = query;
  if (is_reading) candidates.limit = query.most_read + 1;
  Hits hits;
  if (expression->empty()) {
    hits = listed(*connection_, candidates);
  } else {
    // Counted first: what comes into the index meanwhile is found, and counted all the same.
    const auto unindexed = connection_->number(
        "SELECT max(0, coalesce((SELECT max(item_id) FROM item), 0) - up_to) FROM indexed");
    if (!unindexed) return fail(unindexed.error());
    answer.unindexed = *unindexed;
    hits = found(*connection_, *expression, !is_reading, candidates);
  }
  if (hits && is_reading) {
    const bool is_more = hits->size() > query.most_read;
    if (is_more) hits->pop_back();
    hits = holding(*connection_, words->runs, *hits, query.limit);
    answer.is_cut = is_more && hits && hits->size() < query.limit;
  }
  if (!hits) return fail(hits.error());
  answer.hits = std::move(*hits);
  return answer;
}

}  // namespace tocsin::store
