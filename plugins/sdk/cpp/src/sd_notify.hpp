// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace tocsin::plugin {

/// Tells systemd how the plugin does, over $NOTIFY_SOCKET; does nothing without one.
class ServiceManager {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment.
  ServiceManager();

  /// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…".
  void tell(const std::string& state) const;

  /// How often the watchdog wants to hear of us: half its limit.
  [[nodiscard]] std::optional<std::chrono::milliseconds> watchdog() const { return watchdog_; }

 private:
  std::string socket_;
  std::optional<std::chrono::milliseconds> watchdog_;
};

}  // namespace tocsin::plugin
