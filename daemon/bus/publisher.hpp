// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "bus/router.hpp"
#include "bus/sessions.hpp"

namespace tocsin::bus {

/// Makes what PUB sends: the frames of each record, and `~head/`, from which readers learn that
/// nothing was lost, and that the daemon lives.
///
/// Thread: the wire thread. Borrows everything it is given.
class Publisher {
 public:
  using Send = std::function<void(const std::vector<std::string>& frames)>;

  struct World {
    alert::LogReader& log;
    const Clock& clock;
    Counters& counters;
    Send send;
  };

  Publisher(World world, std::chrono::milliseconds heartbeat);

  void publish(std::vector<alert::LogRecord> records, Instant now);

  /// When the next `~head/` is due: after each heartbeat, and shortly after something was
  /// published.
  [[nodiscard]] Instant next_head() const { return next_head_; }

  /// Sends `~head/`. `is_idle`: nothing waits to be published, so that the log's own head may be
  /// told; else the head is what was published, lest readers fetch what is about to reach them.
  void send_head(bool is_idle, Instant now);

 private:
  /// Epoch and bounds, read anew where possible.
  void look_at_log();

  World world_;
  std::chrono::milliseconds heartbeat_;
  alert::LogBounds bounds_;
  std::uint64_t published_ = 0;
  bool is_degraded_ = false;
  Instant next_head_;
};

}  // namespace tocsin::bus
