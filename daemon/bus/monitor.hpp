// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <zmq.hpp>

#include "bus/connections.hpp"

namespace tocsin::bus {

/// What came of handshakes that did not succeed, apart from those that were refused.
struct BrokenHandshakes {
  std::uint64_t garbled = 0;     ///< Not ZeroMQ, or not as it was agreed.
  std::uint64_t unfinished = 0;  ///< Nothing for five seconds, or gone before the end.
  std::uint64_t no_room = 0;     ///< Not even accepted: the process has no descriptor left.
};

/// What libzmq tells of the connections to one socket (zmq_socket_monitor).
///
/// Thread: the socket's. It must be closed before the socket is: libzmq's own thread waits for ever
/// with an event that nobody takes.
class Monitor {
 public:
  /// Throws zmq::error_t.
  Monitor(zmq::context_t& context, zmq::socket_t& socket, Door door);
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  ~Monitor();

  /// Reads what was told since, at most `most` events.
  BrokenHandshakes read(Connections& connections, Connections::Instant now, std::size_t most);

  [[nodiscard]] void* handle() { return events_.handle(); }

 private:
  [[nodiscard]] bool read_one(Connections& connections, Connections::Instant now,
                              BrokenHandshakes& broken);

  /// A first byte that is not ZeroMQ's (HTTP, TLS) makes libzmq 4.3.4 hang up and tell no failed
  /// handshake: no handshake has ended since that connection began. Nor does it tell whose a
  /// handshake was, so that one that ends meanwhile hides such a connection.
  [[nodiscard]] bool has_ended_in_silence(int descriptor);

  zmq::socket_t& socket_;
  Door door_;
  zmq::socket_t events_;
  std::uint64_t ended_ = 0;             ///< Handshakes, well or badly.
  std::map<int, std::uint64_t> begun_;  ///< By descriptor: `ended_` when it was accepted.
};

}  // namespace tocsin::bus
