// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"

namespace tocsin::bus {

/// What a subscriber said of itself, with what the wire knows of it. One that left in trouble is
/// remembered with its last words until it comes back.
struct SubscriberStatus {
  std::string name = {};  ///< Empty for a reader that keeps no cursor.
  std::string plugin = {};
  std::string version = {};
  std::uint64_t acknowledged = 0;
  bool is_connected = true;
  bool is_ok = true;
  bool has_halted = false;  ///< It stopped by itself, and somebody must act.
  std::string last_error = {};
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;
  std::uint64_t held = 0;  ///< Beyond its own cap.
  std::chrono::milliseconds silent_for{0};
};

/// What a subscriber says of one delivery that it could not deal with, or has dealt with after all.
struct Verdict {
  enum class Kind : std::uint8_t {
    later,  ///< NAK
    never,  ///< TERM
    done,   ///< DONE
  };

  Kind kind = Kind::later;
  std::string subscriber = {};
  std::uint64_t seq = 0;
  int attempt = 1;
  std::string reason = {};
  std::chrono::milliseconds retry_after{0};
};

/// What was made of a verdict, once that is on the disk.
struct Settled {
  std::string state = {};                                  ///< "parked", "dead", "done", "gone".
  int attempts = 0;                                        ///< Deliveries so far.
  std::optional<std::chrono::milliseconds> retry_in = {};  ///< Of a parked one.
};

/// What a subscriber gave back and is due again, counted as delivered once more.
struct DueRecords {
  struct One {
    alert::LogRecord record = {};
    int attempt = 1;
  };

  std::vector<One> records = {};
  std::optional<std::chrono::milliseconds> next_in = {};  ///< Nothing when nothing is parked.
  std::size_t buried = 0;  ///< Became dead letters instead, having been due too often.
};

struct DueRequest {
  std::string subscriber = {};
  std::size_t max_records = 0;
  std::size_t max_bytes = 0;
};

/// Any thread may call them, once; after the wire has stopped the call does nothing.
using SettledReply = std::function<void(Result<Settled>)>;
using DueReply = std::function<void(Result<DueRecords>)>;
using StoredReply = std::function<void(Result<void>)>;

/// One administrative request. `json` is an object of at most 64 KiB, not yet read.
struct AdminRequest {
  std::string verb = {};  ///< "status", "reload", …: [a-z0-9-]{1,40}.
  std::string json = {};
  std::optional<std::uint32_t> uid = {};  ///< The peer's user on a local socket.
};

/// Gives the answer, a JSON object, to whoever asked. Any thread may call it, once, also much
/// later; after the wire has stopped the call does nothing.
using AdminReply = std::function<void(std::string json)>;

/// Called on the wire thread; none of them may block. Those left empty are not called. `on_status`
/// is told what subscribers say of themselves, and of one that had halted that it is back.
struct WireCallbacks {
  std::function<void(alert::Acknowledgement)> on_acknowledge = {};
  /// A durable name that the log does not know, or whose cursor was of another log: it is welcome
  /// once its place is on the disk.
  std::function<void(alert::Acknowledgement, StoredReply)> on_new_name = {};
  std::function<void(Verdict, SettledReply)> on_verdict = {};
  std::function<void(DueRequest, DueReply)> on_due = {};
  std::function<void(SubscriberStatus)> on_status = {};
  /// Of a durable name nothing is known any more (`Wire::forgotten`).
  std::function<void(const std::string& name)> on_forgotten = {};
  std::function<void(AdminRequest, AdminReply)> admin = {};
};

}  // namespace tocsin::bus
