// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bus/connections.hpp"
#include "bus/protocol.hpp"
#include "bus/router.hpp"
#include "bus/wire.hpp"

namespace tocsin::bus {

/// One message that came in on ROUTER, without its routing id.
struct Inbound {
  Peer peer = {};
  std::vector<std::string> frames = {};
};

/// PUB and ROUTER, bound: the file behind this header is the only one of the daemon that knows
/// ZeroMQ.
///
/// Thread: all of it belongs to the thread that called `bind`.
class Sockets {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Sockets>> bind(const WireOptions& options);
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  ~Sockets();

  [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }

  /// To every subscriber of frame 0; those whose queue is full lose it.
  void publish(const std::vector<std::string>& frames);

  [[nodiscard]] Sent send(const std::string& peer, const Reply& reply);

  /// What came of those who wanted to connect since it was asked last.
  struct Callers {
    std::uint64_t admitted = 0;
    std::uint64_t denied = 0;       ///< Not on the list.
    std::uint64_t turned_away = 0;  ///< Too many are connected.
    std::uint64_t garbled = 0;      ///< Not ZeroMQ, or not as it was agreed.
    std::uint64_t unfinished = 0;   ///< Silent for five seconds, or gone before the end.
    std::uint64_t no_room = 0;      ///< The process has no descriptor left.
  };

  /// Answers libzmq's questions who may connect. The daemon's own user and root always may, on a
  /// local socket.
  Callers answer_callers(const Grants& grants, Instant now);

  /// As of the last `answer_callers`.
  [[nodiscard]] const Connections& connections() const { return connections_; }

  /// Cuts every connection that showed a key: ZeroMQ asks at the handshake only.
  void cut_remote();

  /// True while an endpoint that was cut is not bound again; to be called until it is not.
  bool rebind();

  /// The next message, if one is there.
  [[nodiscard]] std::optional<Inbound> receive();

  /// Waits until ROUTER, a question who may connect, news of a connection or one of `descriptors`
  /// is readable, at most for `timeout`.
  void wait(const std::vector<int>& descriptors, std::chrono::milliseconds timeout);

 private:
  struct Pair;  // keeps zmq.hpp out of every other file
  Sockets(std::unique_ptr<Pair> pair, Endpoints endpoints, const WireOptions& options);

  void watch_connections(Callers& callers, Instant now);
  void answer_caller(const std::vector<std::string>& frames, const Grants& grants, Instant now,
                     Callers& callers);

  std::unique_ptr<Pair> pair_;
  Endpoints endpoints_;
  bool has_key_ = false;
  Connections connections_;
  Endpoints cut_;  ///< To be bound again.
};

/// Checks an endpoint before it is bound: ipc with a path, or tcp. Without a key only a loopback
/// address is served, for whoever reaches the socket reads every alert.
[[nodiscard]] Result<void> check_endpoint(const std::string& endpoint, bool has_key);

}  // namespace tocsin::bus
