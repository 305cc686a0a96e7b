// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace tocsin::bus {

/// Which of the two sockets.
enum class Door : std::uint8_t { pub, ctl };

/// How many are connected, and whether another one may be let in.
///
/// libzmq tells of a connection's begin and end by its descriptor, but not whether its handshake
/// succeeded. A handshake takes five seconds at most: who is still there after that has made it.
/// Of the younger ones at most as many have as were let in meanwhile. So silent connections, which
/// cost little and end by themselves, keep nobody out.
///
/// Thread: the wire thread.
class Connections {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds handshake_limit{5};

  explicit Connections(std::size_t limit) : limit_{limit} {}

  void accepted(Door door, int descriptor, bool is_local, Instant now);
  void closed(Door door, int descriptor);

  /// A listener of the door was closed, and with it all that came over tcp.
  void cut_remote(Door door);

  /// A handshake was let in.
  void admitted(Instant now);

  /// Asked while a handshake is under way, which does not count yet.
  [[nodiscard]] bool has_room(Instant now);

  /// With those whose handshake is under way.
  [[nodiscard]] std::size_t open(Door door) const;

  [[nodiscard]] std::size_t limit() const { return limit_; }

 private:
  using Key = std::pair<Door, int>;

  struct Connection {
    std::uint64_t number = 0;
    bool is_local = true;
    bool is_settled = false;
  };

  struct Young {
    Key key;
    std::uint64_t number = 0;
    Instant since;
  };

  using Open = std::map<Key, Connection>;

  Open::iterator forget(Open::iterator connection);
  void grow_older(Instant now);

  std::size_t limit_;
  std::uint64_t number_ = 0;
  Open open_;
  std::size_t settled_ = 0;  ///< Of `open_`.
  std::deque<Young> young_;
  std::deque<Instant> admitted_;  ///< Within the time of a handshake.
};

}  // namespace tocsin::bus
