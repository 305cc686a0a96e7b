// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/policy_row.hpp"

namespace tocsin::store {

class Connection;
class Transaction;

struct DeliveryOptions {
  int max_deliver = 8;  ///< The first delivery counts as well.
  /// A record that was taken for another delivery belongs to its reader for so long.
  std::chrono::milliseconds lease{std::chrono::minutes{1}};
};

/// The pause behind delivery number `attempt`: 5 s, 15 s, 1 min, 5 min, 15 min, 30 min, then 1 h.
[[nodiscard]] std::chrono::milliseconds pause_after(int attempt);

/// A subscriber could not deal with a record: not now (NAK), or never (`is_final`, TERM).
struct GivenBack {
  std::string subscriber;
  std::uint64_t seq = 0;
  int attempt = 1;  ///< Which delivery is meant.
  std::string reason;
  std::chrono::milliseconds retry_after{0};  ///< Wins over the pause where it is longer.
  bool is_final = false;
};

enum class DeliveryState : std::uint8_t {
  parked,  ///< It comes again.
  dead,    ///< Given up; in the dead letters.
  gone,    ///< The log no longer has it.
};

struct Standing {
  DeliveryState state = DeliveryState::parked;
  int attempts = 0;      ///< Deliveries so far.
  Time retry_at{};       ///< Of a parked one.
  bool is_news = false;  ///< It became a dead letter by this.
};

/// A record on its way to a subscriber once more.
struct Redelivery {
  alert::LogRecord record;
  int attempt = 1;
};

/// What is due for one subscriber.
struct Due {
  std::vector<Redelivery> records;
  std::vector<DeadLetter> buried;  ///< Those whose last delivery was never answered.
  std::optional<Time> next_at;     ///< When more is due; nothing when nothing is parked.
};

/// The deliveries that subscribers gave back, from the first NAK to DONE or the dead letters: all
/// of it is on the disk, so that neither side's restart forgets any. Repeating a call changes
/// nothing that matters.
///
/// Thread: the ledger's. Borrows the transaction it writes in.
class Deliveries {
 public:
  explicit Deliveries(Transaction& transaction, DeliveryOptions options = {});

  /// NAK and TERM. One for a delivery before the last changes nothing.
  [[nodiscard]] Result<Standing> give_back(const GivenBack& back, Time now);

  /// DONE: neither parked nor dead any more.
  [[nodiscard]] Result<void> settle(std::string_view subscriber, std::uint64_t seq);

  /// What is due, at most `limit` records and about `max_bytes`, each counted as delivered once
  /// more and not due again before the lease is over.
  [[nodiscard]] Result<Due> take_due(const std::string& subscriber, std::size_t limit,
                                     std::size_t max_bytes, Time now);

  /// A dead letter is due at once, its deliveries counted anew. `not_found`.
  [[nodiscard]] Result<void> requeue(std::string_view subscriber, std::uint64_t seq, Time now);

  /// Forgets a dead letter. `not_found`.
  [[nodiscard]] Result<void> drop(std::string_view subscriber, std::uint64_t seq);

  /// How many dead letters a subscriber has.
  [[nodiscard]] Result<std::int64_t> dead_letters(std::string_view subscriber);

 private:
  [[nodiscard]] Result<std::optional<Parked>> find_parked(std::string_view subscriber,
                                                          std::uint64_t seq);
  [[nodiscard]] Result<bool> is_dead(std::string_view subscriber, std::uint64_t seq);
  [[nodiscard]] Result<void> bury(const Parked& last, const std::string& reason, Time now);
  [[nodiscard]] Result<void> take_one(const Parked& parked, Due& due, Time now);

  Transaction& transaction_;
  Connection& connection_;
  DeliveryOptions options_;
};

}  // namespace tocsin::store
