// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <utility>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

Result<Counts> Store::counts() {
  Counts counts;
  const auto done =
      connection_->each("SELECT name, sum(value) FROM counted GROUP BY name", [&counts](Row& row) {
        auto name = row.text();
        counts.insert_or_assign(std::move(name), row.integer());
      });
  if (!done) return fail(done.error());
  return counts;
}

Result<std::size_t> Store::waiting_counts() {
  // Taken away from the oldest on and added behind the last: nothing is missing between.
  const auto waiting = connection_->number(
      "SELECT coalesce((SELECT max(rowid) FROM count_entry) + 1"
      " - (SELECT min(rowid) FROM count_entry), 0)");
  if (!waiting) return fail(waiting.error());
  return static_cast<std::size_t>(*waiting);
}

Result<std::size_t> Store::add_up_counts(std::size_t limit) {
  auto transaction = begin();
  if (!transaction) return fail(transaction.error());
  const auto last =
      connection_->number("SELECT coalesce((SELECT min(rowid) FROM count_entry), 0) + ? - 1",
                          static_cast<std::int64_t>(limit));
  if (!last) return fail(last.error());
  const auto added = connection_->run(
      "INSERT INTO day_count SELECT day, topic, name, sum(value) FROM count_entry"
      " WHERE rowid <= ? GROUP BY day, topic, name"
      " ON CONFLICT (day, topic, name) DO UPDATE SET value = value + excluded.value",
      *last);
  if (!added) return fail(added.error());
  const auto gone = connection_->run("DELETE FROM count_entry WHERE rowid <= ?", *last);
  if (!gone) return fail(gone.error());
  const auto count = static_cast<std::size_t>(connection_->changes());
  crash_point("counts.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("counts.committed");
  return count;
}

Result<void> Transaction::add_count(const DayCount& count) {
  const auto day = std::chrono::floor<std::chrono::days>(count.when).time_since_epoch().count();
  return connection_->run("INSERT INTO count_entry (day, topic, name, value) VALUES (?, ?, ?, ?)",
                          static_cast<std::int64_t>(day), count.topic, count.name, count.by);
}

}  // namespace tocsin::store
