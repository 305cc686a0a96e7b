// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/cpp/src/client.hpp"
#include "tocsin/gap_rule.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// Who says HELLO. `from` is given anew when a reader comes back with a cursor of its own.
struct Greeting {
  std::string name = {};
  std::string instance = {};
  std::string epoch = {};
  std::vector<std::string> filters = {};
  From from = {};
  bool takeover = false;
  std::size_t max_inflight = 0;
  std::string program = {};
  std::string version = {};
};

[[nodiscard]] std::string hello_json(std::uint64_t number, const Greeting& greeting);
[[nodiscard]] std::string ask_json(std::uint64_t number, const GapRule::Ask& ask, std::size_t max);
[[nodiscard]] std::string seq_json(std::uint64_t seq, const std::string& reason);
/// NAK, TERM and DONE.
[[nodiscard]] std::string verdict_json(std::uint64_t seq, unsigned attempt,
                                       const std::string& reason,
                                       std::chrono::milliseconds retry_after);
[[nodiscard]] std::string due_json(std::uint64_t number, std::size_t max);

/// How a reader is, for STATUS.
struct Condition {
  std::string last_error = {};
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;
  std::int64_t held = 0;    ///< Beyond the cap.
  bool has_halted = false;  ///< It stops by itself because of the last error.
};

[[nodiscard]] std::string status_json(const Condition& condition);
[[nodiscard]] std::string number_json(std::uint64_t number);

/// Every field that any reply has; those a reply lacks stay as they are here.
struct Answer {
  std::uint64_t req = 0;
  std::string epoch = {};
  std::uint64_t head = 0;
  std::uint64_t floor = 0;
  std::uint64_t cursor = 0;
  std::uint64_t acked = 0;
  std::int64_t heartbeat_ms = 1000;
  bool is_reset = false;
  std::uint64_t scanned_to = 0;
  std::uint64_t count = 0;
  std::uint64_t upto = 0;
  bool has_pub = true;
  bool has_more = false;
  bool is_equal = false;
  std::string code = {};
  std::string message = {};
  std::string reason = {};
  std::string state = {};               ///< Of SETTLED.
  std::uint64_t seq = 0;                ///< Of `~head/` and SETTLED.
  std::optional<std::int64_t> next_ms;  ///< Until something is due: of END and SETTLED.
};

/// What stands in the object of a reply or of `~head/`; wrong fields are as absent ones.
[[nodiscard]] Answer read_answer(const std::string& json);

/// Frames 0–2 of a record, with the log they are from.
struct Arrived {
  Frame frame = {};
  std::string epoch = {};
};

[[nodiscard]] std::optional<Arrived> read_record(std::vector<std::string> frames, bool is_live);

}  // namespace tocsin::plugin
