// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/policy_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

Result<std::vector<Cursor>> Store::cursors() {
  return connection_->all(
      "SELECT name, acknowledged, seen_at FROM subscriber ORDER BY name", [](Row& row) {
        return Cursor{
            .subscriber = row.text(), .acknowledged = row.bits(), .seen_at = row.optional_time()};
      });
}

Result<std::vector<Parked>> Store::parked(std::string_view subscriber) {
  return connection_->all(
      "SELECT subscriber, seq, reason, retry_at, attempts FROM parked WHERE subscriber = ?"
      " ORDER BY seq",
      [](Row& row) {
        return Parked{.subscriber = row.text(),
                      .seq = row.bits(),
                      .reason = row.text(),
                      .retry_at = row.time(),
                      .attempts = row.small()};
      },
      subscriber);
}

Result<std::vector<DeadLetter>> Store::dead_letters(std::size_t limit) {
  return connection_->all(
      "SELECT subscriber, seq, reason, buried_at, attempts FROM dead_letter"
      " ORDER BY buried_at DESC, subscriber, seq LIMIT ?",
      [](Row& row) {
        return DeadLetter{.subscriber = row.text(),
                          .seq = row.bits(),
                          .reason = row.text(),
                          .buried_at = row.time(),
                          .attempts = row.small()};
      },
      static_cast<std::int64_t>(limit));
}

Result<void> Transaction::acknowledge(std::string_view subscriber, std::uint64_t seq, Time seen) {
  const auto head = connection_->number("SELECT head FROM log");
  if (!head) return fail(head.error());
  if (seq > static_cast<std::uint64_t>(*head)) {
    return fail(connection_->error_about(Errc::too_large, "acknowledged beyond the log's head"));
  }
  return connection_->run(
      "INSERT INTO subscriber (name, acknowledged, seen_at) VALUES (?, ?, ?)"
      " ON CONFLICT (name) DO UPDATE SET acknowledged = max(acknowledged, excluded.acknowledged),"
      " seen_at = excluded.seen_at",
      subscriber, seq, seen);
}

Result<Forgotten> Transaction::forget_subscriber(std::string_view subscriber) {
  const auto cursor = connection_->first(
      "DELETE FROM subscriber WHERE name = ? RETURNING acknowledged",
      [](Row& row) { return row.bits(); }, subscriber);
  if (!cursor) return fail(cursor.error());
  if (!*cursor) {
    return fail(Errc::not_found, "no subscriber is called '" + std::string{subscriber} + "'");
  }
  Forgotten forgotten{.acknowledged = **cursor};
  if (auto gone = connection_->run("DELETE FROM parked WHERE subscriber = ?", subscriber); !gone) {
    return fail(gone.error());
  }
  forgotten.parked = connection_->changes();
  if (auto gone = connection_->run("DELETE FROM dead_letter WHERE subscriber = ?", subscriber);
      !gone) {
    return fail(gone.error());
  }
  forgotten.dead_letters = connection_->changes();
  return forgotten;
}

Result<void> Transaction::park(const Parked& parked) {
  return connection_->run(
      "INSERT OR REPLACE INTO parked (subscriber, seq, reason, retry_at, attempts)"
      " VALUES (?, ?, ?, ?, ?)",
      parked.subscriber, parked.seq, parked.reason, parked.retry_at, parked.attempts);
}

Result<void> Transaction::unpark(std::string_view subscriber, std::uint64_t seq) {
  return connection_->run("DELETE FROM parked WHERE subscriber = ? AND seq = ?", subscriber, seq);
}

Result<void> Transaction::bury(const DeadLetter& letter) {
  if (auto gone = unpark(letter.subscriber, letter.seq); !gone) return gone;
  return connection_->run(
      "INSERT OR REPLACE INTO dead_letter (subscriber, seq, reason, buried_at, attempts)"
      " VALUES (?, ?, ?, ?, ?)",
      letter.subscriber, letter.seq, letter.reason, letter.buried_at, letter.attempts);
}

}  // namespace tocsin::store
