// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"

namespace tocsin::poll {

/// A feed's number in one poller, given in the order feeds were listed and never given twice.
using FeedNumber = std::uint64_t;

/// Which feed is due when. A value without a clock of its own.
class Schedule {
 public:
  /// Sets or changes when `feed` is due.
  void put(FeedNumber feed, Time due);

  void remove(FeedNumber feed);

  /// Takes out the feed that has been due longest, if any is; equals in the order of their numbers.
  [[nodiscard]] std::optional<FeedNumber> take_due(Time now);

  [[nodiscard]] std::optional<Time> next_due() const;

  [[nodiscard]] std::size_t size() const { return due_.size(); }

  /// Moves everything: the clock was set.
  void shift(std::chrono::milliseconds by);

 private:
  std::set<std::pair<Time, FeedNumber>> by_time_;
  std::unordered_map<FeedNumber, Time> due_;
};

}  // namespace tocsin::poll
