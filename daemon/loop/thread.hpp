// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "base/result.hpp"

namespace tocsin::loop {

/// A named thread that is joined when destroyed. Whoever owns it makes its body return first.
class Thread {
 public:
  /// Runs `body` on a new thread, whose name `ps -T` and the debugger show (its first 15 bytes).
  /// Signals of the process stay blocked in it: they belong to SignalWatch.
  [[nodiscard]] static Result<Thread> start(const std::string& name, std::function<void()> body);

  Thread() = default;

  void join();

  [[nodiscard]] bool is_running() const noexcept { return thread_.joinable(); }

 private:
  explicit Thread(std::jthread thread) : thread_{std::move(thread)} {}

  std::jthread thread_;
};

/// The calling thread runs from now on only while no other wants its processor, and leaves it at
/// once to one that does (SCHED_IDLE): for work whose end nobody waits for. It still goes on,
/// slowly, on a machine that is never idle.
void give_way() noexcept;

}  // namespace tocsin::loop
