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

#include "tocsin/gap_rule.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

using Instant = std::chrono::steady_clock::time_point;

/// What one call of the handler led to.
struct Step {
  enum class Kind { idle, handled, retrying, given_back, dropped, halted };

  Kind kind = Kind::idle;
  std::uint64_t seq = 0;
  std::string reason = {};
  unsigned attempt = 1;                      ///< Which delivery it was.
  bool is_redelivery = false;                ///< Of what was given back before.
  std::chrono::milliseconds retry_after{0};  ///< Of what is given back.
  bool is_final = false;                     ///< Of what is halted.
};

struct DispatcherOptions {
  std::size_t limit = 256;
  /// Tries of one delivery before it is given back; 0: it is never given back, and holds up those
  /// behind it.
  unsigned quick_tries = 0;
  bool is_durable = false;  ///< The daemon keeps what is given back or dropped.
  std::chrono::milliseconds longest_pause = std::chrono::minutes{5};
  std::size_t at_once = 1;  ///< How many may be answered with `Later` and be at work.
};

/// Gives alerts to the handler one at a time and in order. What it could not handle is held back,
/// or given back to the daemon.
class Dispatcher {
 public:
  Dispatcher(Handler handler, DispatcherOptions options)
      : handler_{std::move(handler)},
        options_{options} {}

  void add(std::vector<Frame> frames);

  /// What was answered with `Later` has ended. Idle for what is not at work.
  [[nodiscard]] Step finish(const Settled& settled, Instant now);

  [[nodiscard]] bool is_at_work() const { return !working_.empty(); }

  /// Room for what a FETCH may bring.
  [[nodiscard]] bool has_room() const { return waiting_.size() < options_.limit; }

  /// When there is something to do; nothing when there is not.
  [[nodiscard]] std::optional<Instant> due() const;

  /// Handles one alert, if one is due.
  [[nodiscard]] Step step(Instant now);

  /// The daemon has written down what became of an alert given back or dropped.
  void settled(std::uint64_t seq) { unsettled_.erase(seq); }

  /// The daemon's log is another one: it will never say so.
  void forget_unsettled() {
    unsettled_.clear();
    working_.clear();
  }

  /// How far the cursor may be acknowledged: not past an alert that still waits, here or for the
  /// daemon's word that it keeps it.
  [[nodiscard]] std::uint64_t safe(std::uint64_t cursor) const;

  [[nodiscard]] std::uint64_t handled() const { return handled_; }

  [[nodiscard]] std::uint64_t failed() const { return failed_; }

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
  [[nodiscard]] Step give_back(const Retry& wish);
  [[nodiscard]] Step drop(const std::string& reason);
  /// The first one leaves; what is told of it.
  [[nodiscard]] Step done(Step::Kind kind, const std::string& reason);
  void next();

  Handler handler_;
  DispatcherOptions options_;
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
