// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"
#include "tocsin/cap.hpp"
#include "tocsin/gap_rule.hpp"

namespace tocsin::plugin {

using Instant = std::chrono::steady_clock::time_point;

/// Alerts that are held, as much of them as their summary tells. Its size has a limit, however many
/// they are.
struct Held {
  struct Topic {
    std::string name = {};
    std::string title = {};
  };

  std::int64_t count = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  std::string first_id = {};  ///< The alert's at `first_seq`.
  std::string frame = {};     ///< The topic frame of them all; empty where they differ.
  bool is_experimental = false;
  int severity = 9;  ///< The most urgent.
  Instant due = {};
  Time since = {};
  Time until = {};
  std::vector<Topic> topics = {};             ///< The first few.
  std::vector<alert::DigestItem> items = {};  ///< The oldest.
};

/// The one alert that tells of them. Its id is a digest of the subscriber's name and the first
/// alert's id.
[[nodiscard]] alert::Alert summary_of(const Held& held, std::string_view subscriber, Time now);

/// A subscriber's own limit of alerts in a window that begins with its first one.
///
/// Pure: time is given in. What is held leaves as a summary, one at a time; `told` or `put_back`
/// ends it.
class Cap {
 public:
  Cap(CapOptions options, std::string subscriber)
      : options_{options},
        subscriber_{std::move(subscriber)} {}

  /// Whether the handler may have it now; then it counts. What was given back before always may: it
  /// had its turn, and the daemon counts how often it comes.
  [[nodiscard]] bool admits(const alert::Alert& alert, const Frame& frame, Instant now);

  /// Keeps what `admits` refused for the summary.
  void hold(const alert::Alert& alert, const Frame& frame, Time now);

  /// When there is a summary to be handed over; nothing while one is under way.
  [[nodiscard]] std::optional<Instant> due() const;

  /// The summary as it is handed over, with the seq of the last alert that it tells of.
  [[nodiscard]] Frame summary(Time now);

  /// It was handled, or given up: what it told of is done with.
  void told();

  /// It is to be handed over again, the same one.
  void put_back(Instant when);

  /// How many are held, those of a summary under way among them.
  [[nodiscard]] std::int64_t held() const { return held_.count + telling_.count; }

  /// How many the summary under way tells of.
  [[nodiscard]] std::int64_t telling() const { return telling_.count; }

  /// How often it was put back.
  [[nodiscard]] unsigned tries() const { return tries_; }

  /// The lowest seq among those held.
  [[nodiscard]] std::optional<std::uint64_t> first() const;

  [[nodiscard]] const CapOptions& options() const { return options_; }

 private:
  CapOptions options_;
  std::string subscriber_;
  std::optional<Instant> ends_;  // the window
  std::size_t count_ = 0;        // let go in it
  Held held_;
  Held telling_;  // of the summary; empty when there is none
  bool is_under_way_ = false;
  unsigned tries_ = 0;
};

}  // namespace tocsin::plugin
