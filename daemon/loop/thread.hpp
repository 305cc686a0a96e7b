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

}  // namespace tocsin::loop
