// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sdk/cpp/src/cap.hpp"
#include "tocsin/gap_rule.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// What one call of the handler led to.
struct Step {
  enum class Kind { idle, handled, held, retrying, given_back, dropped, halted };

  Kind kind = Kind::idle;
  std::uint64_t seq = 0;
  std::string reason = {};
  unsigned attempt = 1;                      ///< Which delivery it was.
  bool is_redelivery = false;                ///< Of what was given back before.
  std::chrono::milliseconds retry_after{0};  ///< Of what is given back.
  bool is_final = false;                     ///< Of what is halted.
  std::int64_t summary_of = 0;               ///< So many held alerts, where it is their summary.
};

struct DispatcherOptions {
  std::size_t limit = 256;
  /// Tries of one delivery before it is given back; 0: it is never given back, and holds up those
  /// behind it.
  unsigned quick_tries = 0;
  bool is_durable = false;  ///< The daemon keeps what is given back or dropped.
  std::chrono::milliseconds longest_pause = std::chrono::minutes{5};
  std::size_t at_once = 1;  ///< How many may be answered with `Later` and be at work.
  CapOptions cap = {};
  std::string subscriber = {};  ///< Whose cap it is.
  std::function<Time()> time_of_day = [] {
    return SystemClock{}.now();
  };
};

/// Gives alerts to the handler one at a time and in order. What it could not handle is held back,
/// or given back to the daemon. What is beyond the subscriber's cap is told by a summary.
class Dispatcher {
 public:
  Dispatcher(Handler handler, DispatcherOptions options)
      : handler_{std::move(handler)},
        options_{std::move(options)},
        cap_{options_.cap, options_.subscriber} {}

  void add(std::vector<Frame> frames);

  /// What was answered with `Later` has ended. Idle for what is not at work.
  [[nodiscard]] Step finish(const Settled& settled, Instant now);

  [[nodiscard]] bool is_at_work() const { return !working_.empty(); }

  /// Room for what a FETCH may bring.
  [[nodiscard]] bool has_room() const { return waiting_.size() < options_.limit; }

  /// An alert is here, and may be handled when its pause is over.
  [[nodiscard]] bool has_waiting() const {
    return !waiting_.empty() && working_.size() < options_.at_once;
  }

  /// When there is something to do; nothing when there is not.
  [[nodiscard]] std::optional<Instant> due() const;

  /// Handles one alert, or holds it, if one is due.
  [[nodiscard]] Step step(Instant now);

  /// The daemon has written down what became of an alert given back or dropped.
  void settled(std::uint64_t seq) { unsettled_.erase(seq); }

  /// The daemon's log is another one: it will never say so.
  void forget_unsettled();

  /// How far the cursor may be acknowledged: not past an alert that still waits, here or for the
  /// daemon's word that it keeps it.
  [[nodiscard]] std::uint64_t safe(std::uint64_t cursor) const;

  [[nodiscard]] std::uint64_t handled() const { return handled_; }

  [[nodiscard]] std::uint64_t failed() const { return failed_; }

  /// Beyond the cap.
  [[nodiscard]] std::int64_t held() const { return cap_.held(); }

  /// Empty when the last alert that something became of was handled.
  [[nodiscard]] const std::string& last_error() const { return last_error_; }

 private:
  struct Work {
    Frame frame = {};
    unsigned attempt = 1;
  };

  [[nodiscard]] Step settle(const Outcome& outcome, Instant now);
  [[nodiscard]] Step retry(const Retry& wish, Instant now);
  [[nodiscard]] Step halt(const Halt& wish);
  [[nodiscard]] Step give_back(const Retry& wish, Instant now);
  [[nodiscard]] Step drop(const std::string& reason);
  /// The first one leaves; what is told of it.
  [[nodiscard]] Step done(Step::Kind kind, const std::string& reason);
  void next();
  void take_summary(Instant now);
  [[nodiscard]] Step hold(const Alert& alert);

  Handler handler_;
  DispatcherOptions options_;
  Cap cap_;
  std::deque<Frame> waiting_;
  std::map<std::uint64_t, Work> working_;  // by seq
  std::set<std::uint64_t> unsettled_;
  unsigned attempt_ = 1;  // of the first that waits
  Instant not_before_;
  std::uint64_t handled_ = 0;
  std::uint64_t failed_ = 0;
  std::string last_error_;
};

}  // namespace tocsin::plugin
