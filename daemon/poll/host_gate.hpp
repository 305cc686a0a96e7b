// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "poll/schedule.hpp"

namespace tocsin::poll {

/// Keeps our manners towards hosts: one request under way at a time, a pause after each, and
/// silence for as long as the host asked for. A value without a clock of its own.
class HostGate {
 public:
  struct Turn {
    std::string host;
    FeedNumber feed = 0;
  };

  explicit HostGate(std::chrono::milliseconds spacing) : spacing_{spacing} {}

  /// A feed of `host` is due: it gets its turn after those that came before.
  void enqueue(const std::string& host, FeedNumber feed, Time now);

  /// A feed that is no longer wanted.
  void withdraw(const std::string& host, FeedNumber feed);

  /// The turn of the host that has been ready longest. It has a request under way until `release`.
  [[nodiscard]] std::optional<Turn> take_ready(Time now);

  void release(const std::string& host, Time now);

  /// The host asked for silence until then.
  void bind(const std::string& host, Time until);

  /// When the next waiting feed may have its turn, all else aside.
  [[nodiscard]] std::optional<Time> next_ready() const;

  /// Forgets hosts that have nothing waiting, under way or asked for. Now and then.
  void tidy(Time now);

  /// Moves everything: the clock was set.
  void shift(std::chrono::milliseconds by);

 private:
  struct Host {
    std::deque<FeedNumber> waiting{};
    Time not_before{};
    bool is_busy = false;
    std::optional<Time> ready_at{};  ///< Its place in `ready_`.
  };

  void put_ready(const std::string& name, Host& host, Time at);
  void drop_ready(const std::string& name, Host& host);

  std::chrono::milliseconds spacing_;
  std::unordered_map<std::string, Host> hosts_;
  std::set<std::pair<Time, std::string>> ready_;  // hosts with waiting feeds and no request
};

}  // namespace tocsin::poll
