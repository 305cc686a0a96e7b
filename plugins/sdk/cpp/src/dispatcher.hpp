// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/gap_rule.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

using Instant = std::chrono::steady_clock::time_point;

/// What one call of the handler led to.
struct Step {
  enum class Kind { idle, handled, retrying, dropped, halted };

  Kind kind = Kind::idle;
  std::uint64_t seq = 0;
  std::string reason = {};
};

/// Gives alerts to the handler one at a time and in order, and holds back what it could not handle.
class Dispatcher {
 public:
  Dispatcher(Handler handler, std::size_t limit) : handler_{std::move(handler)}, limit_{limit} {}

  void add(std::vector<Frame> frames);

  /// Room for what a FETCH may bring.
  [[nodiscard]] bool has_room() const { return waiting_.size() < limit_; }

  /// When there is something to do; nothing when there is not.
  [[nodiscard]] std::optional<Instant> due() const;

  /// Handles one alert, if one is due.
  [[nodiscard]] Step step(Instant now);

  /// How far the cursor may be acknowledged: not past an alert that still waits.
  [[nodiscard]] std::uint64_t safe(std::uint64_t cursor) const;

  [[nodiscard]] std::uint64_t handled() const { return handled_; }

  [[nodiscard]] std::uint64_t failed() const { return failed_; }

  [[nodiscard]] const std::string& last_error() const { return last_error_; }

  [[nodiscard]] bool is_failing() const { return attempt_ > 1; }

 private:
  [[nodiscard]] Step settle(const Outcome& outcome, Instant now);
  [[nodiscard]] Step drop(const std::string& reason);
  void done();

  Handler handler_;
  std::size_t limit_;
  std::deque<Frame> waiting_;
  unsigned attempt_ = 1;  // of the first that waits
  Instant not_before_;
  std::uint64_t handled_ = 0;
  std::uint64_t failed_ = 0;
  std::string last_error_;
};

}  // namespace tocsin::plugin
