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

/// A subscriber that is known no more, and what went with it.
struct Forgotten {
  std::uint64_t acknowledged = 0;
  std::int64_t parked = 0;
  std::int64_t dead_letters = 0;
};

/// A silence acts on delivery, never on evaluation.
struct Silence {
  std::int64_t id = 0;  ///< Given by add_silence.
  std::string scope;    ///< topic, story, feed or source.
  std::string name;     ///< Which one: a topic's id, a story's, a feed as alerts tell it, a host.
  Time created_at{};
  Time expires_at{};
  std::string author;
  std::string reason;
};

/// An alert that was not sent when it was due, and waits to be told by a digest.
struct Held {
  std::int64_t id = 0;  ///< Given by hold.
  std::string frame;    ///< The topic frame that it would have gone out on; the digest does.
  std::string topic;
  std::string topic_title;
  std::string story_id;
  std::int64_t item_id = 0;
  std::string identity;  ///< Of the item, as its title and link.
  std::string title;
  std::string link;
  std::string feed;    ///< As alerts tell it.
  std::string outlet;  ///< The host that published the item.
  std::string reason;  ///< silence, quiet, digest or cap.
  std::int64_t silence_id = 0;
  std::int64_t copies = 0;  ///< Further items of the story that came meanwhile.
  Time held_at{};
  Time due_at{};  ///< When the digest goes out, unless something else holds it then.
};

/// What is due on one topic frame.
struct HeldGroup {
  std::string frame;
  std::string topic;
  std::string topic_title;  ///< As it was called last.
  std::int64_t count = 0;
  std::int64_t copies = 0;
  std::int64_t first_id = 0;
  std::int64_t last_id = 0;
  Time since{};
  Time until{};
};

/// How many alerts went out since a cap's window opened.
struct CapWindow {
  Time opened_at{};
  std::int64_t sent = 0;
};

/// Durable counts by name ("items.fetched", "matches.sent", …): what `audit` balances.
using Counts = std::map<std::string, std::int64_t>;

/// One to add to a count.
struct DayCount {
  Time when{};        ///< Its day, in UTC, is what counts.
  std::string topic;  ///< "" for what is counted before topics are asked.
  std::string name;
  std::int64_t by = 1;
};

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
