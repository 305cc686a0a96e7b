// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace tocsin::alert {

/// One committed alert as it stands in the log and goes over the wire.
struct LogRecord {
  std::uint64_t seq = 0;   ///< One counter for the whole log, from 1; never resets.
  std::uint64_t prev = 0;  ///< The seq of the previous record on the same topic frame, or 0.
  std::string frame;       ///< "alert/returning-fighters/3/"
  std::string id;
  std::string type;  ///< CloudEvents type.
  std::string payload;
  Time committed{};
};

/// What the log holds. `floor` is the oldest seq kept (head + 1 when it is empty).
struct LogBounds {
  std::string epoch;
  std::uint64_t head = 0;
  std::uint64_t floor = 1;
};

/// Topic frame prefixes; an empty list and "" both mean everything.
using Filters = std::vector<std::string>;

struct LogQuery {
  std::uint64_t after = 0;
  Filters filters;
  std::size_t max_records = 500;
  std::size_t max_bytes = std::size_t{1024} * 1024;
};

/// A stretch of the log. `scanned_to` is the last seq looked at, also when nothing matched; `more`
/// says that the head was not reached.
struct LogPage {
  std::vector<LogRecord> records;
  std::uint64_t scanned_to = 0;
  bool more = false;
};

/// Reads the alert log. The store implements it on a read-only connection of its own; the wire
/// thread is its only user.
class LogReader {
 public:
  LogReader() = default;
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  virtual ~LogReader() = default;

  [[nodiscard]] virtual Result<LogBounds> bounds() = 0;
  [[nodiscard]] virtual Result<LogPage> read(const LogQuery& query) = 0;

  /// How many records in (after, upto] match.
  [[nodiscard]] virtual Result<std::uint64_t> count(std::uint64_t after, std::uint64_t upto,
                                                    const Filters& filters) = 0;

  /// The stored cursor of a durable subscriber; `not_found` when the name is new.
  [[nodiscard]] virtual Result<std::uint64_t> acknowledged(const std::string& subscriber) = 0;

  /// The last seq committed before `time_ms` (Unix milliseconds), for `start: {time}`.
  [[nodiscard]] virtual Result<std::uint64_t> seq_before(std::int64_t time_ms) = 0;
};

/// What a subscriber says of itself that the log must remember.
struct Acknowledgement {
  std::string subscriber;
  std::uint64_t seq = 0;
};

}  // namespace tocsin::alert
