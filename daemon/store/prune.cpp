// SPDX-License-Identifier: Apache-2.0
#include <chrono>
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
  const auto stories = connection.all(
      "SELECT story_id FROM story WHERE last_seen < ? ORDER BY last_seen LIMIT ?",
      [](Row& row) { return row.text(); }, before, limit);
  if (!stories) return fail(stories.error());
  for (const auto& story : *stories) {
    for (const std::string_view sql :
         {std::string_view{"DELETE FROM story_topic WHERE story_id = ?"},
          std::string_view{"DELETE FROM story_item WHERE story_id = ?"},
          std::string_view{"DELETE FROM story WHERE story_id = ?"}}) {
      if (const auto done = connection.run(sql, story); !done) return fail(done.error());
    }
  }
  const auto changes = connection.run("DELETE FROM story_change WHERE changed_at < ?", before);
  if (!changes) return fail(changes.error());
  return static_cast<std::int64_t>(stories->size());
}

/// From when on a table holds all: what `audit` may compare.
Result<void> note_audit_from(Connection& connection, std::string_view what, Time time) {
  return connection.run(
      "INSERT INTO audit_from (what, time) VALUES (?, ?)"
      " ON CONFLICT (what) DO UPDATE SET time = max(time, excluded.time)",
      what, time);
}

/// What was held and told; what still waits stays, however old.
Result<std::int64_t> prune_held(Connection& connection, Time before, std::int64_t limit) {
  const auto gone = connection.run(
      "DELETE FROM held WHERE held_id IN (SELECT held_id FROM held WHERE held_at < ?"
      " AND released_at IS NOT NULL ORDER BY held_at LIMIT ?)",
      before, limit);
  if (!gone) return fail(gone.error());
  const auto count = connection.changes();
  if (count > 0) {
    if (auto noted = note_audit_from(connection, "held", before); !noted) {
      return fail(noted.error());
    }
  }
  const auto silences = connection.run("DELETE FROM silence WHERE expires_at < ?", before);
  if (!silences) return fail(silences.error());
  return count;
}

/// Counts stay, but no longer day by day. A day a call: it holds a few rows for each topic.
Result<std::int64_t> fold_counts(Connection& connection, Time before) {
  const auto last = std::chrono::floor<std::chrono::days>(before).time_since_epoch().count();
  const auto day = connection.number(
      "SELECT coalesce((SELECT min(day) FROM day_count WHERE day > 0 AND day < ?), 0)",
      static_cast<std::int64_t>(last));
  if (!day) return fail(day.error());
  if (*day == 0) return 0;
  const auto added = connection.run(
      "INSERT INTO day_count SELECT 0, topic, name, value FROM day_count WHERE day = ?"
      " ON CONFLICT (day, topic, name) DO UPDATE SET value = value + excluded.value",
      *day);
  if (!added) return fail(added.error());
  const auto gone = connection.run("DELETE FROM day_count WHERE day = ?", *day);
  if (!gone) return fail(gone.error());
  return 1;
}

struct PrunedAlerts {
  std::int64_t alerts = 0;
  std::int64_t given_back = 0;
};

/// From the oldest on and without a hole, so that the floor tells all that is gone.
Result<PrunedAlerts> prune_alerts(Connection& connection, Time before, std::int64_t limit) {
  const auto last = connection.number(
      "SELECT max(seq) FROM (SELECT seq FROM alert WHERE seq <"
      " coalesce((SELECT min(seq) FROM alert WHERE committed >= ?), (SELECT head + 1 FROM log))"
      " ORDER BY seq LIMIT ?)",
      before, limit);
  if (!last) return fail(last.error());
  const auto marked = connection.run(
      "UPDATE frame SET pruned_to = (SELECT max(seq) FROM alert"
      " WHERE alert.frame = frame.frame AND seq <= ?)"
      " WHERE frame IN (SELECT frame FROM alert WHERE seq <= ?)",
      *last, *last);
  if (!marked) return fail(marked.error());
  const auto gone = connection.run("DELETE FROM alert WHERE seq <= ?", *last);
  if (!gone) return fail(gone.error());
  const auto count = connection.changes();
  if (count > 0) {
    if (auto noted = note_audit_from(connection, "alerts", before); !noted) {
      return fail(noted.error());
    }
  }
  const auto letters = connection.run("DELETE FROM dead_letter WHERE seq <= ?", *last);
  if (!letters) return fail(letters.error());
  const auto parked = connection.run("DELETE FROM parked WHERE seq <= ?", *last);
  if (!parked) return fail(parked.error());
  return PrunedAlerts{.alerts = count, .given_back = connection.changes()};
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
  const auto held = prune_held(*connection_, now - options.items, most);
  if (!held) return fail(held.error());
  const auto alerts = prune_alerts(*connection_, now - options.alerts, most);
  if (!alerts) return fail(alerts.error());
  const auto tombstones = prune_tombstones(*connection_, now - options.tombstones, most);
  if (!tombstones) return fail(tombstones.error());
  const auto days = fold_counts(*connection_, now - options.alerts);
  if (!days) return fail(days.error());
  crash_point("prune.written");
  if (const auto done = transaction->commit(); !done) return fail(done.error());
  crash_point("prune.committed");
  const auto is_full = [most](const Result<std::int64_t>& count) {
    return *count == most;
  };
  return Pruned{.items = *items,
                .stories = *stories,
                .alerts = alerts->alerts,
                .tombstones = *tombstones,
                .held = *held,
                .given_back = alerts->given_back,
                .more = is_full(items) || is_full(stories) || is_full(held) ||
                        is_full(tombstones) || alerts->alerts == most || *days > 0};
}

}  // namespace tocsin::store
