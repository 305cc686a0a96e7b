// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/key_pair.hpp"
#include "base/result.hpp"
#include "bus/callbacks.hpp"
#include "bus/grants.hpp"

namespace tocsin::bus {

inline constexpr std::size_t leaving_limit = 64;  ///< Names that the log forgets at one time.

struct WireOptions {
  /// Where `pub.sock` and `ctl.sock` are made when no endpoint is given.
  std::string runtime_directory = "/run/tocsin";
  std::vector<std::string> pub_endpoints = {};  ///< "ipc:///run/x/pub.sock", "tcp://127.0.0.1:0".
  std::vector<std::string> ctl_endpoints = {};
  std::chrono::milliseconds heartbeat{1000};
  int hwm = 1000;                  ///< Alerts held for one slow subscriber before it loses some.
  std::size_t queue_limit = 1000;  ///< Alerts between the ledger and the wire thread.
  std::size_t subscriber_limit = 256;
  std::size_t connection_limit = 2048;  ///< To both sockets together.
  std::optional<KeyPair> key = {};      ///< Every tcp endpoint speaks CURVE with it.
  Grants grants = {};
  std::chrono::milliseconds linger{1000};  ///< How long `stop` waits for what is not sent yet.
};

/// The endpoints as bound: a tcp port 0 is replaced by the port that was given.
struct Endpoints {
  std::vector<std::string> pub = {};
  std::vector<std::string> ctl = {};
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
  std::uint64_t admitted = 0;     ///< Handshakes that were let in.
  std::uint64_t denied = 0;       ///< Handshakes that were refused: a key or user not on the list.
  std::uint64_t turned_away = 0;  ///< Handshakes of which there were too many.
  std::uint64_t garbled = 0;      ///< Handshakes that were not ZeroMQ's.
  std::uint64_t unfinished = 0;   ///< Handshakes that came to no end.
  std::uint64_t no_room = 0;      ///< Connections for which there was no descriptor.
  std::size_t pub_connections = 0;  ///< Open now.
  std::size_t ctl_connections = 0;
  std::size_t connection_limit = 0;
  std::vector<std::pair<std::string, std::uint64_t>> refused_for = {};  ///< `refused` by code.
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
  /// could reach without a key.
  [[nodiscard]] static Result<std::unique_ptr<Wire>> start(const WireOptions& options,
                                                           std::unique_ptr<alert::LogReader> log,
                                                           WireCallbacks callbacks);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  /// Sends records that are committed, in order. Never blocks. Thread: one, the ledger's.
  void publish(std::vector<alert::LogRecord> records);

  /// Who may connect from now on. Whoever may do less than before is cut off at once. False where
  /// too much waits, and nothing changes. Thread: any.
  [[nodiscard]] bool set_grants(Grants grants);

  /// Keeps a durable name from everybody while the log forgets it: `begin` is called on the wire
  /// thread, with `busy` where the name is connected or `leaving_limit` others are on their way,
  /// else `forgotten` is due after it. Where too much waits it is called at once, with `busy`.
  /// Thread: any.
  void forget(std::string name, const StoredReply& begin);

  /// The log is done with the name, and knows it no more if `is_gone`. `done` is called on the wire
  /// thread when nobody here does either. For every name that was begun there is room; where one
  /// that was not has none, `done` is called at once, with `busy`. Thread: any.
  void forgotten(std::string name, bool is_gone, const StoredReply& done);

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
