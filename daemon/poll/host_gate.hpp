// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "poll/feed_number.hpp"
#include "poll/poll_interval.hpp"

namespace tocsin::poll {

/// Keeps our manners towards hosts: one request under way at a time, a pause after each, and
/// silence for as long as the host asked for. A value without a clock of its own.
///
/// Knows a host only while something of it waits, is under way, or has to be waited for.
class HostGate {
 public:
  struct Waiting {
    FeedNumber feed = 0;
    Time due{};
    Priority priority = Priority::normal;
    std::string also{};       ///< A second host that must be free as well; empty: none.
    int refusals = 0;         ///< The gate's own: turns not used since the other host was not free.
    bool holds_also = false;  ///< The gate's own: `also` is kept free for it.
  };

  struct Turn {
    std::string host;
    std::string
        also{};  ///< The second host, with a request under way as well; either may be first.
    FeedNumber feed = 0;
    Time due{};
  };

  explicit HostGate(std::chrono::milliseconds spacing) : spacing_{spacing} {}

  /// A feed of `host` is due: it gets its turn after those that rank before it.
  ///
  /// One that needs two hosts waits for one after the other, and holds up neither; after a few
  /// turns in vain it keeps the host that is first by name until the other is free, so that two
  /// crowded hosts do not starve it, and two such feeds do not wait for each other.
  void enqueue(const std::string& host, const Waiting& feed, Time now);

  /// The turn of the host that has been ready longest. It, and `also`, have a request under way
  /// until `release`.
  [[nodiscard]] std::optional<Turn> take_ready(Time now);

  void release(const std::string& host, Time now);

  /// The turn was not used: there was no request to pause after.
  void give_back(const std::string& host);

  /// A request that another host was asked for ended here: the pause holds as well.
  void visited(const std::string& host, Time now);

  /// The host asked for silence until then.
  void bind(const std::string& host, Time until);

  /// When the next waiting feed may have its turn, all else aside.
  [[nodiscard]] std::optional<Time> next_ready() const;

  [[nodiscard]] std::size_t hosts() const { return hosts_.size(); }

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

  [[nodiscard]] std::size_t waiting_for(const std::string& host) const;

  /// Forgets hosts that nothing has to be remembered of. Cheap to call often.
  void tidy(Time now);

  /// Moves everything: the clock was set.
  void shift(std::chrono::milliseconds by);

 private:
  struct Host {
    std::array<std::list<Waiting>, 3> waiting{};  // by priority, in the order they came
    Time not_before{};
    bool is_busy = false;
    std::optional<Time> ready_at{};  // its place in `ready_`
    std::uint64_t serial = 0;
  };

  using Hosts = std::unordered_map<std::string, Host>;

  /// A host with waiting feeds and no request; those ready at the same time in the order they came.
  struct Ready {
    Time at;
    std::uint64_t serial;
    Hosts::value_type* host;

    friend auto operator<=>(const Ready& a, const Ready& b) {
      if (const auto order = a.at <=> b.at; order != 0) return order;
      return a.serial <=> b.serial;
    }

    friend bool operator==(const Ready& a, const Ready& b) { return a.serial == b.serial; }
  };

  [[nodiscard]] bool take_also(const Waiting& feed, Time now);
  void wait_for_other(Hosts::value_type& here, Waiting feed, Time now);
  void update(Hosts::value_type& host);
  void drop_ready(Hosts::value_type& host);

  std::chrono::milliseconds spacing_;
  Hosts hosts_;
  std::set<Ready> ready_;
  std::uint64_t last_serial_ = 0;
  std::size_t waiting_ = 0;
  std::size_t tidy_above_ = 0;
};

}  // namespace tocsin::poll
