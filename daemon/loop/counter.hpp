// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace tocsin::loop {

/// A count that only grows. Any thread adds, any thread reads; it orders nothing else.
class Counter {
 public:
  void add(std::uint64_t by = 1) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }

  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that one thread sets and any thread reads: a queue's length, the head of the log.
class Gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  void add(std::int64_t by) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }

  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Yes or no, from any thread to any thread: "stop", "ready". What was written before `raise` is
/// seen by whoever sees the flag up.
class Flag {
 public:
  void raise() noexcept { is_up_.store(true, std::memory_order_release); }

  void lower() noexcept { is_up_.store(false, std::memory_order_release); }

  [[nodiscard]] bool is_up() const noexcept { return is_up_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> is_up_{false};
};

}  // namespace tocsin::loop
