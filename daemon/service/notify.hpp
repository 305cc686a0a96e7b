// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "loop/event_loop.hpp"

namespace tocsin::service {

/// Tells systemd how the daemon is, by sd_notify. Without $NOTIFY_SOCKET every call does nothing.
///
/// Thread: any. A lost report is no error: the unit's own timeouts cover it.
void tell_ready(std::string_view status);
/// Before a reload; `tell_ready` ends it.
void tell_reloading();
void tell_stopping();
void tell_status(std::string_view status);

/// How often systemd wants to hear of us (half of WatchdogSec); nothing when it does not.
[[nodiscard]] std::optional<std::chrono::milliseconds> watchdog_interval();

/// Feeds systemd's watchdog for as long as the pipeline makes progress.
///
/// Thread: the loop's. `makes_progress` is asked each interval; while it says no, nothing is sent
/// and systemd ends the daemon after WatchdogSec.
class Watchdog {
 public:
  using ProgressCheck = std::function<bool()>;

  Watchdog(loop::EventLoop& loop, std::chrono::milliseconds interval, ProgressCheck makes_progress);

 private:
  void feed();

  std::chrono::milliseconds interval_;
  ProgressCheck makes_progress_;
  loop::Timer timer_;
};

}  // namespace tocsin::service
