// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/policy_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

Silence read_silence(Row& row) {
  return Silence{.id = row.integer(),
                 .scope = row.text(),
                 .name = row.text(),
                 .created_at = row.time(),
                 .expires_at = row.time(),
                 .author = row.text(),
                 .reason = row.text()};
}

Held read_held(Row& row) {
  return Held{.id = row.integer(),
              .frame = row.text(),
              .topic = row.text(),
              .topic_title = row.text(),
              .story_id = row.text(),
              .item_id = row.integer(),
              .identity = row.text(),
              .title = row.text(),
              .link = row.text(),
              .feed = row.text(),
              .outlet = row.text(),
              .reason = row.text(),
              .silence_id = row.integer(),
              .copies = row.integer(),
              .held_at = row.time(),
              .due_at = row.time()};
}

HeldGroup read_group(Row& row) {
  return HeldGroup{.frame = row.text(),
                   .topic = row.text(),
                   .topic_title = row.text(),
                   .count = row.integer(),
                   .copies = row.integer(),
                   .first_id = row.integer(),
                   .last_id = row.integer(),
                   .since = row.time(),
                   .until = row.time()};
}

/// Postpones what one scope's column names: column names cannot be parameters.
std::string_view postponing_sql(std::string_view scope) {
  if (scope == "topic") {
    return "UPDATE held SET due_at = ?, silence_id = ? WHERE released_at IS NULL AND due_at <= ?"
           " AND topic = ?";
  }
  if (scope == "story") {
    return "UPDATE held SET due_at = ?, silence_id = ? WHERE released_at IS NULL AND due_at <= ?"
           " AND story_id = ?";
  }
  if (scope == "feed") {
    return "UPDATE held SET due_at = ?, silence_id = ? WHERE released_at IS NULL AND due_at <= ?"
           " AND feed = ?";
  }
  return "UPDATE held SET due_at = ?, silence_id = ? WHERE released_at IS NULL AND due_at <= ?"
         " AND outlet = ?";
}

}  // namespace

Result<std::vector<Silence>> Store::silences(Time now) {
  return connection_->all(
      "SELECT silence_id, scope, name, created_at, expires_at, author, reason FROM silence"
      " WHERE expires_at > ? ORDER BY silence_id",
      read_silence, now);
}

Result<std::vector<Held>> Store::held(std::string_view topic) {
  return connection_->all(
      "SELECT held_id, frame, topic, topic_title, story_id, item_id, identity, title, link, feed, "
      "outlet,"
      " reason, silence_id, copies, held_at, due_at FROM held"
      " WHERE released_at IS NULL AND (? = '' OR topic = ?) ORDER BY held_id",
      read_held, topic, topic);
}

Result<bool> Store::is_held_due(Time now) {
  const auto due = connection_->number(
      "SELECT EXISTS (SELECT 1 FROM held WHERE released_at IS NULL AND due_at <= ?)", now);
  if (!due) return fail(due.error());
  return *due != 0;
}

Result<std::vector<HeldGroup>> Store::held_groups(Time now) {
  // With one max(), SQLite takes the other columns from the row that has it: the last title.
  return connection_->all(
      "SELECT frame, topic, topic_title, n, copies, first, last, since, until FROM"
      " (SELECT frame, topic, topic_title, max(held_id) AS last, count(*) AS n,"
      "   sum(copies) AS copies FROM held"
      "   WHERE released_at IS NULL AND due_at <= ? GROUP BY frame)"
      " JOIN (SELECT frame AS f, min(held_id) AS first, min(held_at) AS since,"
      "   max(held_at) AS until FROM held"
      "   WHERE released_at IS NULL AND due_at <= ? GROUP BY frame) ON f = frame ORDER BY frame",
      read_group, now, now);
}

Result<std::vector<Held>> Store::held_in(const HeldGroup& group, Time now, std::size_t limit) {
  return connection_->all(
      "SELECT held_id, frame, topic, topic_title, story_id, item_id, identity, title, link, feed, "
      "outlet,"
      " reason, silence_id, copies, held_at, due_at FROM held"
      " WHERE released_at IS NULL AND due_at <= ? AND frame = ? ORDER BY held_id LIMIT ?",
      read_held, now, group.frame, static_cast<std::int64_t>(limit));
}

Result<Counts> Store::held_reasons(const HeldGroup& group, Time now) {
  Counts counts;
  const auto done = connection_->each(
      "SELECT reason, count(*) FROM held WHERE released_at IS NULL AND due_at <= ? AND frame = ?"
      " GROUP BY reason",
      [&counts](Row& row) {
        auto reason = row.text();
        counts.insert_or_assign(std::move(reason), row.integer());
      },
      now, group.frame);
  if (!done) return fail(done.error());
  return counts;
}

Result<std::optional<CapWindow>> Store::cap_window(std::string_view scope) {
  return connection_->first(
      "SELECT opened_at, sent FROM cap_window WHERE scope = ?",
      [](Row& row) { return CapWindow{.opened_at = row.time(), .sent = row.integer()}; }, scope);
}

Result<std::int64_t> Transaction::add_silence(const Silence& silence) {
  return connection_->insert(
      "INSERT INTO silence (scope, name, created_at, expires_at, author, reason)"
      " VALUES (?, ?, ?, ?, ?, ?)",
      silence.scope, silence.name, silence.created_at, silence.expires_at, silence.author,
      silence.reason);
}

Result<void> Transaction::end_silence(std::int64_t id, Time when) {
  auto ended = connection_->run(
      "UPDATE silence SET expires_at = ? WHERE silence_id = ? AND expires_at > ?", when, id, when);
  if (!ended) return ended;
  if (connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::not_found, "no such silence in force"));
  }
  return connection_->run(
      "UPDATE held SET due_at = ? WHERE silence_id = ? AND released_at IS NULL AND due_at > ?",
      when, id, when);
}

Result<std::int64_t> Transaction::hold(const Held& held) {
  return connection_->insert(
      "INSERT INTO held (frame, topic, topic_title, story_id, item_id, identity, title, link, "
      "feed, outlet,"
      " reason, silence_id, copies, held_at, due_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      held.frame, held.topic, held.topic_title, held.story_id, held.item_id, held.identity,
      held.title, held.link, held.feed, held.outlet, held.reason, held.silence_id, held.copies,
      held.held_at, held.due_at);
}

Result<bool> Transaction::add_held_copy(std::string_view story_id, std::string_view topic,
                                        Time until) {
  const auto added = connection_->run(
      "UPDATE held SET copies = copies + 1 WHERE held_id = (SELECT min(held_id) FROM held"
      " WHERE story_id = ? AND topic = ? AND released_at IS NULL AND due_at <= ?)",
      story_id, topic, until);
  if (!added) return fail(added.error());
  return connection_->changes() > 0;
}

Result<void> Transaction::postpone_silenced(const Silence& silence, Time now) {
  return connection_->run(postponing_sql(silence.scope), silence.expires_at, silence.id, now,
                          silence.name);
}

Result<void> Transaction::postpone_frame(std::string_view frame, Time now, Time until) {
  return connection_->run(
      "UPDATE held SET due_at = ? WHERE released_at IS NULL AND due_at <= ? AND frame = ?", until,
      now, frame);
}

Result<void> Transaction::release_from_ahead(Time now) {
  return connection_->run(
      "UPDATE held SET due_at = ? WHERE released_at IS NULL AND held_at > ? AND due_at > ?", now,
      now, now);
}

Result<void> Transaction::shift_silences(std::optional<Time> before, Time now) {
  if (!before) {
    return connection_->run(
        "UPDATE silence SET expires_at = ? WHERE created_at > ? AND expires_at > ?", now, now, now);
  }
  auto ended =
      connection_->run("UPDATE silence SET expires_at = ? WHERE expires_at > ? AND expires_at <= ?",
                       now, now, *before);
  if (!ended) return ended;
  return connection_->run(
      "UPDATE silence SET expires_at = expires_at - ? + ?, created_at = ? WHERE created_at > ?",
      *before, now, now, now);
}

Result<void> Transaction::release_held(const HeldGroup& group, std::string_view digest_id,
                                       int severity, Time now) {
  auto released = connection_->run(
      "UPDATE held SET released_at = ?, digest_id = ?"
      " WHERE released_at IS NULL AND due_at <= ? AND frame = ?",
      now, digest_id, now, group.frame);
  if (!released) return released;
  return connection_->run(
      "INSERT INTO story_topic (story_id, topic, severity, first_alert_id, revision, last_sent)"
      " SELECT h.story_id, h.topic, ?, h.digest_id, 1, ? FROM held h"
      " JOIN story s ON s.story_id = h.story_id WHERE h.digest_id = ?"
      " ON CONFLICT (story_id, topic) DO UPDATE SET last_sent = excluded.last_sent",
      severity, now, digest_id);
}

Result<void> Transaction::put_cap_window(std::string_view scope, const CapWindow& window) {
  return connection_->run(
      "INSERT OR REPLACE INTO cap_window (scope, opened_at, sent) VALUES (?, ?, ?)", scope,
      window.opened_at, window.sent);
}

}  // namespace tocsin::store
