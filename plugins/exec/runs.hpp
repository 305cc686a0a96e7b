// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "exec/child.hpp"
#include "exec/command.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::exec {

struct RunOptions {
  Limits limits = {};
  std::vector<std::string> kept = {};  ///< Names of variables.
};

/// The program's runs that go on, one an alert.
///
/// Thread: one. What still runs when it ends is killed.
class Runs {
 public:
  Runs(Command command, RunOptions options)
      : command_{std::move(command)},
        options_{std::move(options)} {}

  /// `Later` once the program runs; `Retry` where it cannot be started.
  [[nodiscard]] plugin::Outcome start(const plugin::Alert& alert, const plugin::Delivery& delivery);

  /// The runs that have ended since.
  [[nodiscard]] std::vector<plugin::Settled> take_ended(Instant now);

 private:
  Command command_;
  RunOptions options_;
  std::map<std::uint64_t, Child> children_;  // by seq
};

/// What the exit of a program means: 0 handled, 75 (EX_TEMPFAIL) and a run over its time try again,
/// anything else give up.
[[nodiscard]] plugin::Outcome outcome_of(const Ended& ended, const Limits& limits);

}  // namespace tocsin::exec
