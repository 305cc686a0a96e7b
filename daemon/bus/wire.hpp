// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/result.hpp"

namespace tocsin::bus {

struct WireOptions {
  /// Where `pub.sock` and `ctl.sock` are made when no endpoint is given.
  std::string runtime_directory = "/run/tocsin";
  std::vector<std::string> pub_endpoints = {};  ///< "ipc:///run/x/pub.sock", "tcp://127.0.0.1:0".
  std::vector<std::string> ctl_endpoints = {};
  std::chrono::milliseconds heartbeat{1000};
  int hwm = 1000;                  ///< Alerts held for one slow subscriber before it loses some.
  std::size_t queue_limit = 1000;  ///< Alerts between the ledger and the wire thread.
  std::size_t subscriber_limit = 256;
  std::chrono::milliseconds linger{1000};  ///< How long `stop` waits for what is not sent yet.
};

/// The endpoints as bound: a tcp port 0 is replaced by the port that was given.
struct Endpoints {
  std::vector<std::string> pub = {};
  std::vector<std::string> ctl = {};
};

/// What a connected subscriber said of itself, with what the wire knows of it.
struct SubscriberStatus {
  std::string name = {};  ///< Empty for a reader that keeps no cursor.
  std::string plugin = {};
  std::string version = {};
  std::uint64_t acknowledged = 0;
  bool is_ok = true;
  std::string last_error = {};
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;
  std::chrono::milliseconds silent_for{0};
};

/// A subscriber could not deliver one alert. With `is_final` it never will (TERM).
struct Refusal {
  std::string subscriber = {};
  std::uint64_t seq = 0;
  std::string reason = {};
  std::chrono::milliseconds retry_after{0};
  bool is_final = false;
};

/// One administrative request. `json` is an object of at most 64 KiB, not yet read.
struct AdminRequest {
  std::string verb = {};  ///< "status", "reload", …: [a-z0-9-]{1,40}.
  std::string json = {};
  std::optional<std::uint32_t> uid = {};  ///< The peer's user on a local socket.
};

/// Gives the answer, a JSON object, to whoever asked. Any thread may call it, once, also much
/// later; after the wire has stopped the call does nothing.
using AdminReply = std::function<void(std::string json)>;

/// Called on the wire thread; none of them may block. Those left empty are not called.
struct WireCallbacks {
  std::function<void(alert::Acknowledgement)> on_acknowledge = {};
  std::function<void(Refusal)> on_refusal = {};
  std::function<void(SubscriberStatus)> on_status = {};
  std::function<void(AdminRequest, AdminReply)> admin = {};
};

struct WireCounters {
  std::uint64_t published = 0;
  std::uint64_t dropped =
      0;  ///< Live frames not sent since the queue was full; FETCH recovers them.
  std::uint64_t fetches = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;      ///< Requests answered by ERR.
  std::uint64_t undelivered = 0;  ///< Replies to readers that were gone or did not read.
  std::uint64_t log_errors = 0;   ///< Reads of the log that failed.
  std::uint64_t head = 0;
};

/// The two sockets of the daemon: PUB for live alerts, ROUTER for everything that must not get lost
/// (docs/reference/wire.md).
///
/// Owns one thread, which owns both sockets and the log reader. A slow or dead subscriber loses
/// live frames and fetches them later; it never slows another one, nor the ledger.
class Wire {
 public:
  /// Binds and starts. `busy` names the endpoint that is taken, `refused` one that other machines
  /// could reach.
  [[nodiscard]] static Result<std::unique_ptr<Wire>> start(const WireOptions& options,
                                                           std::unique_ptr<alert::LogReader> log,
                                                           WireCallbacks callbacks);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  /// Sends records that are committed, in order. Never blocks. Thread: one, the ledger's.
  void publish(std::vector<alert::LogRecord> records);

  /// Sends what is queued, waits at most `linger`, closes both sockets. Safe to call twice.
  void stop();

  [[nodiscard]] const Endpoints& endpoints() const;
  [[nodiscard]] WireCounters counters() const;  ///< Any thread.
  [[nodiscard]] std::vector<SubscriberStatus> subscribers()
      const;  ///< Any thread; as of the last heartbeat.

 private:
  class Impl;
  explicit Wire(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::bus
