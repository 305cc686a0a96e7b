// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "poll/feed_number.hpp"
#include "poll/poll_interval.hpp"

namespace tocsin::poll {

/// Where a feed stands among those that wait for the same thing, earliest first: a high priority
/// counts as due ten minutes earlier and a low one as ten minutes later. A bound, so that nobody
/// waits for ever where there is more to do than can be done.
[[nodiscard]] Time rank_of(Time due, Priority priority);

/// Which feed is due when. A value without a clock of its own.
///
/// Memory: 29 bytes a feed. A changed time leaves its old entry behind, which is passed over when
/// its turn comes, and thrown out when half of all are such.
class Schedule {
 public:
  struct Due {
    FeedNumber feed = 0;
    Time at{};
  };

  /// For feed numbers below this; saves the memory of growing.
  void reserve(std::size_t feeds);

  /// Sets or changes when `feed` is due; without a trace when nothing changes.
  void put(FeedNumber feed, Time due, Priority priority = Priority::normal);

  void remove(FeedNumber feed);

  /// Takes out the first by rank of the feeds that are due, if any is; equals in the order of their
  /// numbers.
  [[nodiscard]] std::optional<Due> take_due(Time now);

  /// When the next feed is due.
  [[nodiscard]] std::optional<Time> next_due() const;

  /// When this one is due; nothing when it is not in the schedule.
  [[nodiscard]] std::optional<Time> due(FeedNumber feed) const;

  [[nodiscard]] std::size_t size() const { return size_; }

  /// What the heaps hold, old entries included: what the next change may have to go through.
  [[nodiscard]] std::size_t entries() const;

  /// Feeds that were due before this time and have not been taken. Looks at every feed.
  [[nodiscard]] std::size_t due_before(Time time) const;

  /// Moves everything: the clock was set.
  void shift(std::chrono::milliseconds by);

 private:
  /// A feed's entry, if of the feed's turn; else left behind by a change. Times cannot tell: a feed
  /// may come back to an earlier one.
  struct Entry {
    FeedNumber feed = 0;
    std::uint32_t turn = 0;
    Time at{};
  };

  /// A heap of its own for each priority, since a feed's rank says nothing of whether it is due.
  using Heap = std::vector<Entry>;

  static bool is_later(const Entry& a, const Entry& b);
  [[nodiscard]] bool is_stale(const Entry& entry) const;
  void drop_stale(Heap& heap) const;
  void tidy();

  std::array<Heap, 3> heaps_;
  // By number.
  std::vector<Time> due_;  // `not_due` for those that are not in the schedule
  std::vector<std::uint32_t> turns_;
  std::vector<Priority> priorities_;
  std::size_t size_ = 0;
};

}  // namespace tocsin::poll
