// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alert/alert.hpp"
#include "alert/codec.hpp"
#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/log_query.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

/// Gives the record its place: behind the last of the whole log, and of its frame.
Result<void> find_place(Connection& connection, alert::LogRecord& record) {
  const auto head = connection.number("SELECT head FROM log");
  if (!head) return fail(head.error());
  const auto prev = connection.number(
      "SELECT coalesce((SELECT max(seq) FROM alert WHERE frame = ?),"
      " (SELECT pruned_to FROM frame WHERE frame = ?), 0)",
      record.frame, record.frame);
  if (!prev) return fail(prev.error());
  record.seq = static_cast<std::uint64_t>(*head) + 1;
  record.prev = static_cast<std::uint64_t>(*prev);
  return {};
}

/// Makes the record the last of the log, and lists its frame; taken back when the transaction or
/// savepoint is.
Result<void> advance(Connection& connection, const alert::LogRecord& record) {
  auto moved = connection.run("UPDATE log SET head = ?", record.seq);
  if (!moved) return moved;
  if (record.prev != 0) return {};
  return connection.run("INSERT OR IGNORE INTO frame (frame, pruned_to) VALUES (?, 0)",
                        record.frame);
}

std::optional<std::string_view> fault_of(const alert::Alert& alert) {
  if (alert.id.empty()) return "an alert without id";
  if (!alert::is_topic_name(alert.match.topic)) return "an alert whose topic is no topic name";
  if (alert.severity < 1 || alert.severity > 9) return "an alert whose severity is not 1 to 9";
  return std::nullopt;
}

}  // namespace

Result<alert::LogRecord> Transaction::append_alert(alert::Alert& alert, ItemId item,
                                                   Time committed) {
  if (const auto fault = fault_of(alert)) {
    return fail(connection_->error_about(Errc::invalid_input, *fault));
  }
  alert::LogRecord record;
  record.frame = alert::topic_frame(alert);
  record.id = alert.id;
  record.type = alert::cloud_event_type(alert.kind);
  if (auto found = find_place(*connection_, record); !found) return fail(found.error());
  alert.times.committed = committed;
  record.committed = committed;
  record.payload = alert::fit_and_encode(alert, record.seq);
  const auto written = connection_->run(
      "INSERT INTO alert (seq, prev, frame, id, type, item_id, committed, payload)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
      record.seq, record.prev, record.frame, record.id, record.type, item, committed,
      record.payload);
  if (!written) {
    // What is in the way is no alert of this id, but one past the head: the log is damaged.
    Error error = written.error();
    if (error.code == Errc::busy) error.code = Errc::system;
    return fail(std::move(error));
  }
  if (connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::busy, "the log has an alert of this id already"));
  }
  if (auto advanced = advance(*connection_, record); !advanced) return fail(advanced.error());
  return record;
}

Result<alert::LogBounds> Store::log_bounds() {
  return read_bounds(*connection_);
}

Result<std::optional<alert::LogRecord>> Store::find_alert(std::string_view id) {
  return connection_->first(
      "SELECT seq, prev, frame, id, type, payload, committed FROM alert WHERE id = ?", record_of,
      id);
}

Result<ItemId> Store::item_of_alert(std::string_view id) {
  return connection_->number("SELECT coalesce((SELECT item_id FROM alert WHERE id = ?), 0)", id);
}

Result<std::vector<alert::LogRecord>> Store::alerts(const AlertQuery& query) {
  constexpr auto last_time = std::numeric_limits<std::int64_t>::max();
  constexpr auto first_time = std::numeric_limits<std::int64_t>::min();
  const auto milliseconds = [](const std::optional<Time>& time, std::int64_t otherwise) {
    return time ? static_cast<std::int64_t>(time->time_since_epoch().count()) : otherwise;
  };
  // substr counts characters, and frames are ASCII: characters are bytes.
  return connection_->all(
      "SELECT seq, prev, frame, id, type, payload, committed FROM alert"
      " WHERE seq < ? AND committed >= ? AND committed <= ? AND substr(frame, 1, ?) = ?"
      " ORDER BY seq DESC LIMIT ?",
      record_of, query.before_seq ? static_cast<std::int64_t>(*query.before_seq) : last_time,
      milliseconds(query.since, first_time), milliseconds(query.until, last_time),
      static_cast<std::int64_t>(query.frame_prefix.size()), query.frame_prefix,
      static_cast<std::int64_t>(query.limit));
}

}  // namespace tocsin::store
