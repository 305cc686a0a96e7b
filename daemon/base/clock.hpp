// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace tocsin {

/// A point in UTC, to the millisecond: what is stored, sent and shown.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Tells the time of day. Replay and tests bring their own.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

/// Stands still until told. Thread: whoever sets it also reads it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time{}) : now_{start} {}

  [[nodiscard]] Time now() const override { return now_; }

  void set(Time now) { now_ = now; }

  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Time now_;
};

}  // namespace tocsin
