// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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

  zmq::socket_t& socket_;
  Door door_;
  zmq::socket_t events_;
};

}  // namespace tocsin::bus
