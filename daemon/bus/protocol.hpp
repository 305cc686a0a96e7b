// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alert/log_reader.hpp"

namespace tocsin::bus {

/// The version of the protocol, and the first frame of every request and reply after the empty one.
inline constexpr std::string_view greeting = "TCS1";

inline constexpr std::size_t frame_limit = 64 * 1024;  ///< One inbound frame.
inline constexpr std::size_t fetch_limit = 500;        ///< Records of one FETCH.
inline constexpr std::size_t fetch_bytes = 1024 * 1024;
inline constexpr std::size_t due_limit = 64;      ///< Records of one DUE.
inline constexpr std::size_t waiting_limit = 64;  ///< Unanswered NAK, TERM, DONE, DUE of a reader.
inline constexpr std::size_t filter_limit = 64;   ///< Filters of one reader.
inline constexpr std::size_t filter_bytes = 200;  ///< One filter.

/// What ERR may say: docs/reference/wire.md, "ERR".
inline constexpr std::array<std::string_view, 10> error_codes{
    "bad-frame",  "bad-request", "unknown-verb", "no-session",      "busy",
    "taken-over", "too-many",    "not-durable",  "log-unavailable", "forbidden"};

/// Where a reader begins that says HELLO.
enum class Begin : std::uint8_t { acknowledged, earliest, latest, seq, time };

struct Start {
  Begin begin = Begin::acknowledged;
  std::uint64_t seq = 0;     ///< With `Begin::seq`: the last one it has.
  std::int64_t time_ms = 0;  ///< With `Begin::time`: Unix milliseconds.
};

struct Hello {
  std::string name = {};  ///< [a-z0-9][a-z0-9._-]{0,63}, or empty for a reader without a cursor.
  std::string instance = {};  ///< The same process saying HELLO again is never `busy`.
  std::string epoch = {};     ///< Of the cursor in `start`; another one than ours starts it again.
  alert::Filters filters = {};
  Start start = {};
  bool takeover = false;
  bool heads = false;  ///< HEAD on ctl besides `~head/` on pub.
  std::string plugin = {};
  std::string version = {};
};

struct Fetch {
  std::uint64_t after = 0;
  std::size_t max_records = fetch_limit;
  std::size_t max_bytes = fetch_bytes;
  std::optional<alert::Filters> filters = {};  ///< Absent: those of HELLO.
};

struct Check {
  std::uint64_t after = 0;
  std::uint64_t upto = 0;
  std::uint64_t count = 0;
  std::optional<alert::Filters> filters = {};
};

struct Ack {
  std::uint64_t seq = 0;
};

/// NAK, or TERM with `is_final`.
struct Nak {
  std::uint64_t seq = 0;
  int attempt = 1;  ///< Which delivery is given back.
  std::string reason = {};
  std::chrono::milliseconds retry_after{0};
  bool is_final = false;
};

/// What was given back before has been dealt with.
struct Done {
  std::uint64_t seq = 0;
};

/// What was given back and is due again.
struct TakeDue {
  std::size_t max_records = due_limit;
  std::size_t max_bytes = fetch_bytes;
};

struct Status {
  bool is_ok = true;
  bool has_halted = false;
  std::string last_error = {};
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;
  std::uint64_t held = 0;
};

struct Bye {};

struct Admin {
  std::string verb = {};
  std::string json = {};
};

/// What the peer did wrong. Answered by ERR, never fatal.
struct BadRequest {
  std::string code = {};  ///< "bad-frame", "bad-request", "unknown-verb".
  std::string message = {};
};

using Request =
    std::variant<Hello, Fetch, Check, Ack, Nak, Done, TakeDue, Status, Bye, Admin, BadRequest>;

/// A request with the number its reply repeats.
struct Parsed {
  std::uint64_t number = 0;  ///< 0: none was given.
  Request request = {};
};

/// Reads the frames after the routing id: "", greeting, verb, JSON object. Frames after these are
/// ignored. Any bytes whatever are an answer.
[[nodiscard]] Parsed parse(const std::vector<std::string_view>& frames);

/// A reply: verb, JSON object, and for DATA the three frames of the record.
struct Reply {
  std::string verb = {};
  std::string json = {};
  std::vector<std::string> payload = {};
};

/// Puts `"req"` in front of the fields; 0 puts nothing.
void put_number(Reply& reply, std::uint64_t number);

/// Frames 0–2 of a record, as PUB sends them.
[[nodiscard]] std::vector<std::string> record_frames(alert::LogRecord record,
                                                     const std::string& epoch);

/// The same as DATA sends them: the header tells that they come out of the log, and how late.
[[nodiscard]] std::vector<std::string> replayed_frames(alert::LogRecord record,
                                                       const std::string& epoch, Time now,
                                                       int attempt = 1);

}  // namespace tocsin::bus
