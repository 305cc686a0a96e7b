// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace tocsin::plugin {

/// How many alerts the handler gets. Beyond them the rest of the window is held, and handed over at
/// its end as one alert of kind `digest`. Until that was handled, what is held stays
/// unacknowledged.
struct CapOptions {
  std::size_t max_per_hour = 0;                              ///< In one window; 0: no cap.
  std::chrono::milliseconds window = std::chrono::hours{1};  ///< From its first alert on.
  int let_through = 0;  ///< Severities up to this are counted and never held; 1 is the highest.
};

}  // namespace tocsin::plugin
