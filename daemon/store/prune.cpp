// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_index.hpp"
#include "store/options.hpp"
#include "store/store.hpp"

namespace tocsin::store {

namespace {

/// Items past their time; their identities stay as tombstones.
Result<std::int64_t> prune_items(Connection& connection, Time before, std::int64_t limit) {
  const auto items = connection.all(
      "SELECT item_id FROM identity WHERE last_seen < ? AND item_id IS NOT NULL"
      " ORDER BY last_seen LIMIT ?",
      [](Row& row) { return row.integer(); }, before, limit);
  if (!items) return fail(items.error());
  for (const auto item : *items) {
    if (const auto done = unindex_words(connection, item); !done) return fail(done.error());
    for (const std::string_view sql :
         {std::string_view{"UPDATE identity SET item_id = NULL WHERE (feed_no, identity) ="
                           " (SELECT feed_no, identity FROM item WHERE item_id = ?)"},
          std::string_view{"DELETE FROM match WHERE item_id = ?"},
          std::string_view{"DELETE FROM item WHERE item_id = ?"}}) {
      if (const auto done = connection.run(sql, item); !done) return fail(done.error());
    }
  }
  return static_cast<std::int64_t>(items->size());
}

Result<std::int64_t> prune_stories(Connection& connection, Time before, std::int64_t limit) {
  const auto topics = connection.run(
      "DELETE FROM story_topic WHERE story_id IN (SELECT story_id FROM story WHERE last_seen < ?"
      " ORDER BY last_seen LIMIT ?)",
      before, limit);
  if (!topics) return fail(topics.error());
  const auto members = connection.run(
      "DELETE FROM story_item WHERE story_id IN (SELECT story_id FROM story WHERE last_seen < ?"
      " ORDER BY last_seen LIMIT ?)",
      before, limit);
  if (!members) return fail(members.error());
  const auto changes = connection.run("DELETE FROM story_change WHERE changed_at < ?", before);
  if (!changes) return fail(changes.error());
  const auto stories = connection.run(
      "DELETE FROM story WHERE story_id IN (SELECT story_id FROM story WHERE last_seen < ?"
      " ORDER BY last_seen LIMIT ?)",
      before, limit);
  if (!stories) return fail(stories.error());
  const auto held = connection.run("DELETE FROM held WHERE released_at < ?", before);
  if (!held) return fail(held.error());
  return 0;
}

/// From the oldest on and without a hole, so that the floor tells all that is gone.
Result<std::int64_t> prune_alerts(Connection& connection, Time before, std::int64_t limit) {
  const auto last = connection.number(
      "SELECT max(seq) FROM (SELECT seq FROM alert WHERE seq <"
      " coalesce((SELECT min(seq) FROM alert WHERE committed >= ?), (SELECT head + 1 FROM log))"
      " ORDER BY seq LIMIT ?)",
      before, limit);
  if (!last) return fail(last.error());
  const auto gone = connection.run("DELETE FROM alert WHERE seq <= ?", *last);
  if (!gone) return fail(gone.error());
  const auto count = connection.changes();
  for (const std::string_view sql : {std::string_view{"DELETE FROM parked WHERE seq <= ?"},
                                     std::string_view{"DELETE FROM dead_letter WHERE seq <= ?"}}) {
    if (const auto done = connection.run(sql, *last); !done) return fail(done.error());
  }
  return count;
}

Result<std::int64_t> prune_tombstones(Connection& connection, Time before, std::int64_t limit) {
  const auto gone = connection.run(
      "DELETE FROM identity WHERE (feed_no, identity) IN (SELECT feed_no, identity FROM identity"
      " WHERE last_seen < ? AND item_id IS NULL ORDER BY last_seen LIMIT ?)",
      before, limit);
  if (!gone) return fail(gone.error());
  return connection.changes();
}

}  // namespace

Result<Pruned> Store::prune(Time now, const RetentionOptions& options, std::size_t limit) {
  const auto most = static_cast<std::int64_t>(limit);
  auto transaction = begin();
  if (!transaction) return fail(transaction.error());
  const auto items = prune_items(*connection_, now - options.items, most);
  if (!items) return fail(items.error());
  const auto stories = prune_stories(*connection_, now - options.items, most);
  if (!stories) return fail(stories.error());
  const auto alerts = prune_alerts(*connection_, now - options.alerts, most);
  if (!alerts) return fail(alerts.error());
  const auto tombstones = prune_tombstones(*connection_, now - options.tombstones, most);
  if (!tombstones) return fail(tombstones.error());
  crash_point("prune.written");
  if (const auto done = transaction->commit(); !done) return fail(done.error());
  crash_point("prune.committed");
  return Pruned{.items = *items,
                .alerts = *alerts,
                .tombstones = *tombstones,
                .more = *items == most || *alerts == most || *tombstones == most};
}

}  // namespace tocsin::store
