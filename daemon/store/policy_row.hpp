// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tocsin::store {

/// A delivery that a subscriber gave back (NAK), waiting for `retry_at`.
struct Parked {
  std::string subscriber;
  std::uint64_t seq = 0;
  std::string reason;
  Time retry_at{};
  int attempts = 1;
};

/// A delivery given up: TERM, or `max_deliver` reached.
struct DeadLetter {
  std::string subscriber;
  std::uint64_t seq = 0;
  std::string reason;
  Time buried_at{};
  int attempts = 0;
};

/// How far a durable subscriber has read.
struct Cursor {
  std::string subscriber;
  std::uint64_t acknowledged = 0;
  std::optional<Time> seen_at;
};

/// A silence acts on delivery, never on evaluation.
struct Silence {
  std::int64_t id = 0;  ///< Given by add_silence.
  std::string scope;    ///< topic, story, feed or source.
  std::string name;     ///< Which one.
  Time created_at{};
  Time expires_at{};
  std::string author;
  std::string reason;
};

/// An alert held by quiet hours, a digest or a cap; released as a digest.
struct Held {
  std::int64_t id = 0;  ///< Given by hold.
  std::string topic;
  std::string story_id;
  std::int64_t item_id = 0;
  std::string reason;  ///< quiet, digest, cap, interval.
  std::string title;
  Time held_at{};
};

/// Durable counts by name ("items.fetched", "matches.sent", …): what `audit` balances.
using Counts = std::map<std::string, std::int64_t>;

/// How many rows stand in each table, for `status`.
struct Sizes {
  std::int64_t feeds = 0;
  std::int64_t items = 0;
  std::int64_t tombstones = 0;
  std::int64_t matches = 0;
  std::int64_t stories = 0;
  std::int64_t alerts = 0;
  std::int64_t parked = 0;
  std::int64_t dead_letters = 0;
  std::int64_t held = 0;
  std::int64_t file_bytes = 0;
};

}  // namespace tocsin::store
