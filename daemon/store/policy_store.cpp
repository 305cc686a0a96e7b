// SPDX-License-Identifier: Apache-2.0
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
              .topic = row.text(),
              .story_id = row.text(),
              .item_id = row.integer(),
              .reason = row.text(),
              .title = row.text(),
              .held_at = row.time()};
}

}  // namespace

Result<std::vector<Silence>> Store::silences(Time now) {
  return connection_->all(
      "SELECT silence_id, scope, name, created_at, expires_at, author, reason FROM silence"
      " WHERE expires_at > ? ORDER BY silence_id",
      read_silence, now);
}

Result<std::vector<Held>> Store::held(std::string_view topic) {
  if (topic.empty()) {
    return connection_->all(
        "SELECT held_id, topic, story_id, item_id, reason, title, held_at FROM held"
        " WHERE released_at IS NULL ORDER BY held_id",
        read_held);
  }
  return connection_->all(
      "SELECT held_id, topic, story_id, item_id, reason, title, held_at FROM held"
      " WHERE released_at IS NULL AND topic = ? ORDER BY held_id",
      read_held, topic);
}

Result<Counts> Store::counts() {
  Counts counts;
  const auto done = connection_->each("SELECT name, value FROM tally", [&counts](Row& row) {
    auto name = row.text();
    counts.insert_or_assign(std::move(name), row.integer());
  });
  if (!done) return fail(done.error());
  return counts;
}

Result<std::int64_t> Transaction::add_silence(const Silence& silence) {
  return connection_->number(
      "INSERT INTO silence (scope, name, created_at, expires_at, author, reason)"
      " VALUES (?, ?, ?, ?, ?, ?) RETURNING silence_id",
      silence.scope, silence.name, silence.created_at, silence.expires_at, silence.author,
      silence.reason);
}

Result<void> Transaction::expire_silence(std::int64_t id, Time when) {
  auto expired = connection_->run(
      "UPDATE silence SET expires_at = ? WHERE silence_id = ? AND expires_at > ?", when, id, when);
  if (expired && connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::not_found, "no such silence in force"));
  }
  return expired;
}

Result<std::int64_t> Transaction::hold(const Held& held) {
  return connection_->number(
      "INSERT INTO held (topic, story_id, item_id, reason, title, held_at)"
      " VALUES (?, ?, ?, ?, ?, ?) RETURNING held_id",
      held.topic, held.story_id, held.item_id, held.reason, held.title, held.held_at);
}

Result<void> Transaction::release_held(std::string_view topic, std::int64_t last_id, Time when) {
  return connection_->run(
      "UPDATE held SET released_at = ? WHERE released_at IS NULL AND topic = ? AND held_id <= ?",
      when, topic, last_id);
}

Result<void> Transaction::add_count(std::string_view name, std::int64_t by) {
  return connection_->run(
      "INSERT INTO tally (name, value) VALUES (?, ?)"
      " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
      name, by);
}

}  // namespace tocsin::store
