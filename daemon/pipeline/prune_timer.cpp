// SPDX-License-Identifier: Apache-2.0
#include "pipeline/prune_timer.hpp"

#include <utility>

namespace tocsin::pipeline {
namespace {

constexpr std::chrono::hours smallest_jump{1};
constexpr std::chrono::hours distrust{24};

}  // namespace

PruneTimer::Due PruneTimer::look(Time now, Steady steady) {
  const auto last = std::exchange(last_, Look{.now = now, .steady = steady});
  if (!last) {
    next_ = steady + interval_;
    return Due::no;
  }
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(steady - last->steady);
  const auto shown = now - last->now;
  if (shown > passed + smallest_jump || shown < passed - smallest_jump) {
    next_ = steady + distrust;
    is_wanted_again_ = false;
    return Due::clock_jumped;
  }
  if (!is_wanted_again_ && steady < next_) return Due::no;
  is_wanted_again_ = false;
  next_ = steady + interval_;
  return Due::now;
}

}  // namespace tocsin::pipeline
