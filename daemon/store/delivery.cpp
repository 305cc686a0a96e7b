// SPDX-License-Identifier: Apache-2.0
#include "store/delivery.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "store/connection.hpp"
#include "store/log_query.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Together under two hours for the eight deliveries of the default: a partner's outage over lunch
// ends before the last of them.
constexpr std::array<milliseconds, 7> pauses{seconds{5},  seconds{15}, minutes{1}, minutes{5},
                                             minutes{15}, minutes{30}, hours{1}};

/// Nothing is parked for longer: what is due later than this was parked before the clock was set
/// back.
constexpr milliseconds longest_parked = hours{1} + minutes{5};

Parked parked_of(Row& row) {
  return Parked{.subscriber = row.text(),
                .seq = row.bits(),
                .reason = row.text(),
                .retry_at = row.time(),
                .attempts = row.small()};
}

}  // namespace

milliseconds pause_after(int attempt) {
  const auto last = static_cast<int>(pauses.size());
  return pauses.at(static_cast<std::size_t>(std::clamp(attempt, 1, last) - 1));
}

Deliveries::Deliveries(Transaction& transaction, DeliveryOptions options)
    : transaction_{transaction},
      connection_{*transaction.connection_},
      options_{options} {}

Result<std::optional<Parked>> Deliveries::find_parked(std::string_view subscriber,
                                                      std::uint64_t seq) {
  return connection_.first(
      "SELECT subscriber, seq, reason, retry_at, attempts FROM parked"
      " WHERE subscriber = ? AND seq = ?",
      parked_of, subscriber, seq);
}

Result<bool> Deliveries::is_dead(std::string_view subscriber, std::uint64_t seq) {
  const auto dead = connection_.number(
      "SELECT count(*) FROM dead_letter WHERE subscriber = ? AND seq = ?", subscriber, seq);
  if (!dead) return fail(dead.error());
  return *dead > 0;
}

Result<void> Deliveries::bury(const Parked& last, const std::string& reason, Time now) {
  return transaction_.bury({.subscriber = last.subscriber,
                            .seq = last.seq,
                            .reason = reason,
                            .buried_at = now,
                            .attempts = last.attempts});
}

Result<Standing> Deliveries::give_back(const GivenBack& back, Time now) {
  const auto known = find_parked(back.subscriber, back.seq);
  if (!known) return fail(known.error());
  const auto record = read_record(connection_, back.seq);
  if (!record) return fail(record.error());
  if (!*record) {
    if (auto gone = transaction_.unpark(back.subscriber, back.seq); !gone)
      return fail(gone.error());
    return Standing{.state = DeliveryState::gone};
  }
  if (!*known) {
    const auto dead = is_dead(back.subscriber, back.seq);
    if (!dead) return fail(dead.error());
    if (*dead) return Standing{.state = DeliveryState::dead};
  }
  // Nobody gives back a delivery that has not been made.
  const int made = *known ? std::max((**known).attempts, 1) : 1;
  const int attempt = std::clamp(back.attempt, 1, made);
  const Parked parked{.subscriber = back.subscriber,
                      .seq = back.seq,
                      .reason = back.reason,
                      .retry_at = now + std::max(pause_after(attempt), back.retry_after),
                      .attempts = made};
  if (back.is_final || attempt >= options_.max_deliver) {
    if (auto buried = bury(parked, back.reason, now); !buried) return fail(buried.error());
    return Standing{.state = DeliveryState::dead, .attempts = made, .is_news = true};
  }
  if (attempt < made) return Standing{.attempts = made, .retry_at = (**known).retry_at};
  if (auto written = transaction_.park(parked); !written) return fail(written.error());
  return Standing{.attempts = made, .retry_at = parked.retry_at};
}

Result<void> Deliveries::settle(std::string_view subscriber, std::uint64_t seq) {
  if (auto gone = transaction_.unpark(subscriber, seq); !gone) return gone;
  return connection_.run("DELETE FROM dead_letter WHERE subscriber = ? AND seq = ?", subscriber,
                         seq);
}

Result<void> Deliveries::take_one(const Parked& parked, Due& due, Time now) {
  auto record = read_record(connection_, parked.seq);
  if (!record) return fail(record.error());
  if (!*record) return transaction_.unpark(parked.subscriber, parked.seq);
  if (parked.attempts >= options_.max_deliver) {
    const std::string reason =
        "the last delivery was not answered" +
        (parked.reason.empty() ? std::string{} : "; before that: " + parked.reason);
    if (auto buried = bury(parked, reason, now); !buried) return buried;
    due.buried.push_back({.subscriber = parked.subscriber,
                          .seq = parked.seq,
                          .reason = reason,
                          .buried_at = now,
                          .attempts = parked.attempts});
    return {};
  }
  Parked taken = parked;
  taken.attempts += 1;
  taken.retry_at = now + options_.lease;
  due.records.push_back({.record = std::move(**record), .attempt = taken.attempts});
  return transaction_.park(taken);
}

Result<Due> Deliveries::take_due(const std::string& subscriber, std::size_t limit,
                                 std::size_t max_bytes, Time now) {
  const auto parked = connection_.all(
      "SELECT subscriber, seq, reason, retry_at, attempts FROM parked"
      " WHERE subscriber = ? AND (retry_at <= ? OR retry_at > ?) ORDER BY seq LIMIT ?",
      parked_of, subscriber, now, now + longest_parked, static_cast<std::int64_t>(limit));
  if (!parked) return fail(parked.error());
  Due due;
  std::size_t bytes = 0;
  for (const Parked& one : *parked) {
    if (bytes >= max_bytes) break;
    if (auto taken = take_one(one, due, now); !taken) return fail(taken.error());
    if (!due.records.empty()) bytes += due.records.back().record.payload.size();
  }
  const auto next = connection_.first(
      "SELECT min(retry_at) FROM parked WHERE subscriber = ?",
      [](Row& row) { return row.optional_time(); }, subscriber);
  if (!next) return fail(next.error());
  due.next_at = next->value_or(std::nullopt);
  return due;
}

Result<void> Deliveries::requeue(std::string_view subscriber, std::uint64_t seq, Time now) {
  const auto reason = connection_.first(
      "SELECT reason FROM dead_letter WHERE subscriber = ? AND seq = ?",
      [](Row& row) { return row.text(); }, subscriber, seq);
  if (!reason) return fail(reason.error());
  if (!*reason) return fail(Errc::not_found, "no such dead letter");
  if (auto gone = settle(subscriber, seq); !gone) return gone;
  return transaction_.park({.subscriber = std::string{subscriber},
                            .seq = seq,
                            .reason = **reason,
                            .retry_at = now,
                            .attempts = 0});
}

Result<std::int64_t> Deliveries::dead_letters(std::string_view subscriber) {
  return connection_.number("SELECT count(*) FROM dead_letter WHERE subscriber = ?", subscriber);
}

Result<void> Deliveries::drop(std::string_view subscriber, std::uint64_t seq) {
  const auto known = is_dead(subscriber, seq);
  if (!known) return fail(known.error());
  if (!*known) return fail(Errc::not_found, "no such dead letter");
  return connection_.run("DELETE FROM dead_letter WHERE subscriber = ? AND seq = ?", subscriber,
                         seq);
}

}  // namespace tocsin::store
