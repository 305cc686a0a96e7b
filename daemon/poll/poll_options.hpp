// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "poll/poll_interval.hpp"

namespace tocsin::poll {

struct PollOptions {
  IntervalOptions interval{};
  std::chrono::milliseconds host_spacing{2000};  ///< Between two requests to one host.
  std::size_t max_in_flight = 4000;
  std::size_t body_limit = std::size_t{10} * 1024 * 1024;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds total_timeout{30'000};
  int max_redirects = 5;
  std::string user_agent{};  ///< Empty sends none.
};

}  // namespace tocsin::poll
