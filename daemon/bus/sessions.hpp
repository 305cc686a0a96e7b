// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "bus/callbacks.hpp"

namespace tocsin::bus {

using Instant = std::chrono::steady_clock::time_point;

/// One reader between its HELLO and its BYE.
struct Session {
  std::string instance = {};
  alert::Filters filters = {};
  SubscriberStatus status = {};
  Instant last_heard = {};
  Instant last_probed = {};
  std::string reader = {};   ///< The key it showed; empty without one.
  bool wants_heads = false;  ///< HEAD comes on ctl.
  std::size_t waiting = 0;   ///< NAK, TERM, DONE and DUE not yet answered.
};

/// Who is connected, by routing id. A durable name belongs to one session at a time.
///
/// Thread: the wire thread.
class Sessions {
 public:
  explicit Sessions(std::size_t limit) : limit_{limit} {}

  /// The session of a peer, or null when it has not said HELLO. It counts as heard from.
  [[nodiscard]] Session* heard(const std::string& peer, Instant now);

  /// One answer to a peer that waits for it is on its way.
  void answered(const std::string& peer);

  /// The peer that holds a durable name, or "" when none does.
  [[nodiscard]] std::string holder_of(const std::string& name) const;

  [[nodiscard]] const Session* find(const std::string& peer) const;

  [[nodiscard]] bool is_full() const { return sessions_.size() >= limit_; }

  /// Puts the peer in, in place of what it was before.
  Session& open(const std::string& peer, Session session);

  /// What a named one last said is remembered where it was in trouble.
  void close(const std::string& peer);

  /// Nothing is remembered of a name that is not connected.
  void forget(const std::string& name) { departed_.erase(name); }

  /// True for a name whose reader stopped by itself and has not come back.
  [[nodiscard]] bool had_halted(const std::string& name) const;

  /// The peers for which `is_meant` holds.
  [[nodiscard]] std::vector<std::string> those(
      const std::function<bool(const Session& session)>& is_meant) const;

  /// The peers not heard from, and not asked, for `quiet`. They count as asked from now on.
  [[nodiscard]] std::vector<std::string> to_probe(Instant now, std::chrono::milliseconds quiet);

  /// The sessions, and those who left in trouble, by name, as `tocsin subscribers` shows them.
  [[nodiscard]] std::vector<SubscriberStatus> report(Instant now) const;

 private:
  std::size_t limit_;
  std::map<std::string, Session> sessions_;           // by routing id
  std::map<std::string, std::string> by_name_;        // durable name → routing id
  std::map<std::string, SubscriberStatus> departed_;  // by durable name
};

}  // namespace tocsin::bus
