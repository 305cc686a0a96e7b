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

  /// The next message, if one is there.
  [[nodiscard]] std::optional<Inbound> receive();

  /// Waits until ROUTER or one of `descriptors` is readable, at most for `timeout`.
  void wait(const std::vector<int>& descriptors, std::chrono::milliseconds timeout);

 private:
  struct Pair;  // keeps zmq.hpp out of every other file
  Sockets(std::unique_ptr<Pair> pair, Endpoints endpoints);

  std::unique_ptr<Pair> pair_;
  Endpoints endpoints_;
};

/// Checks an endpoint before it is bound: ipc with a path, or tcp on a loopback address. Without
/// CURVE nothing else is served, for whoever reaches the socket reads every alert.
[[nodiscard]] Result<void> check_endpoint(const std::string& endpoint);

}  // namespace tocsin::bus
