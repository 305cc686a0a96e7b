// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace tocsin::pipeline {

/// Says when to prune. A clock that has jumped ahead would have everything pruned that is not a
/// year old by then: after a jump nothing is for a day, in which somebody may set it right.
///
/// Pure; thread: the ledger's.
class PruneTimer {
 public:
  enum class Due : std::uint8_t {
    no,
    now,
    clock_jumped  ///< Told once for each jump.
  };

  using Steady = std::chrono::steady_clock::time_point;

  explicit PruneTimer(std::chrono::milliseconds interval) : interval_{interval} {}

  /// `now` of the clock that is pruned by, `steady` of one that does not jump. Once it said `now`
  /// it says so again after the interval, the first time an interval after the first look.
  [[nodiscard]] Due look(Time now, Steady steady);

  /// There is more to prune: the next look says `now`.
  void again() { is_wanted_again_ = true; }

 private:
  struct Look {
    Time now;
    Steady steady;
  };

  std::chrono::milliseconds interval_;
  std::optional<Look> last_;
  Steady next_{};
  bool is_wanted_again_ = false;
};

}  // namespace tocsin::pipeline
