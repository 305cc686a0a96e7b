// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string_view>

#include "base/clock.hpp"
#include "pipeline/feed_notice.hpp"
#include "store/feed_state.hpp"

namespace tocsin::pipeline {

/// Tells the failure of most feeds at once, which is our own network's or some other common cause,
/// from that of one: thousands of alerts would say less than one.
///
/// Feeds whose failure was told are no witnesses. It is down when at least half of ten or more
/// feeds polled within the window failed, over a third of the window; it is back when three feeds
/// that had failed answer, or most of ten do. Thread: the ledger's.
class NetworkWatch {
 public:
  /// Of the notice that it is down, which is how the log tells it from the other.
  static constexpr int severity_down = 3;

  explicit NetworkWatch(const NoticeOptions& options);

  /// As the log has it: down since then, or not down. What was seen before is forgotten.
  void restore(std::optional<Time> down_since);

  /// Looks at one poll. The notice, when with it the network went down or came back.
  [[nodiscard]] std::optional<Notice> saw(std::string_view feed_key, const store::FeedState& before,
                                          const store::FeedState& after, Time now);

  /// Single failures are not told now: it is down, may be, or too little was seen since the start.
  [[nodiscard]] bool holds(Time now) const;

  /// When it was last back; the beginning of time when it never was down.
  [[nodiscard]] Time back_at() const { return back_at_; }

 private:
  struct Poll {
    std::size_t feed;
    Time when;
    bool has_failed;
  };

  struct Share {
    std::size_t feeds = 0;
    std::size_t failed = 0;
  };

  [[nodiscard]] Share share() const;
  [[nodiscard]] std::optional<Notice> judge_up(Time now);
  [[nodiscard]] std::optional<Notice> judge_down(Time now);

  Time::duration window_;
  std::deque<Poll> polls_;              ///< Within the window, oldest first, and not too many.
  std::set<std::size_t> back_;          ///< Feeds that answered again since it is down.
  std::optional<Time> watching_since_;  ///< The first poll seen.
  std::optional<Time> suspected_since_;
  Time suspected_last_{};
  std::optional<Time> down_since_;
  Time back_at_{};
};

}  // namespace tocsin::pipeline
