// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::loop {

/// Hands values from any threads to any threads, in order, at most `limit` at a time.
///
/// When full, `push_wait` waits and `try_push` drops and counts: each place that pushes chooses,
/// and so names its policy. After `close` nothing enters, and what is inside can still be taken.
/// Thread: any, for every call.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t limit) : limit_{limit} {}

  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;
  ~BoundedQueue() = default;

  /// Waits for room. False once the queue is closed; the value is then gone, and not counted.
  bool push_wait(T value) {
    std::unique_lock lock{mutex_};
    has_room_.wait(lock, [this] { return is_closed_ || values_.size() < limit_; });
    if (is_closed_) return false;
    put(std::move(value));
    lock.unlock();
    has_values_.notify_one();
    return true;
  }

  /// False when full, which is counted in `dropped`, or closed, which is not.
  bool try_push(T value) {
    std::unique_lock lock{mutex_};
    if (is_closed_) return false;
    if (values_.size() >= limit_) {
      ++dropped_;
      return false;
    }
    put(std::move(value));
    lock.unlock();
    has_values_.notify_one();
    return true;
  }

  /// The oldest value; nothing when none came within `timeout`, or when closed and empty.
  [[nodiscard]] std::optional<T> pop_wait_for(std::chrono::milliseconds timeout) {
    std::unique_lock lock{mutex_};
    has_values_.wait_for(lock, timeout, [this] { return is_closed_ || !values_.empty(); });
    if (values_.empty()) return std::nullopt;
    std::optional<T> value{std::move(values_.front())};
    values_.pop_front();
    told_taken();
    return value;
  }

  /// Moves the oldest values, at most `max`, to the end of `into` without waiting. Returns how
  /// many.
  std::size_t drain_into(std::vector<T>& into, std::size_t max) {
    const std::lock_guard lock{mutex_};
    const std::size_t count = std::min(max, values_.size());
    for (std::size_t i = 0; i < count; ++i) {
      into.push_back(std::move(values_.front()));
      values_.pop_front();
    }
    if (count > 0) told_taken();
    return count;
  }

  /// Wakes everybody who waits. Idempotent.
  void close() {
    const std::lock_guard lock{mutex_};
    is_closed_ = true;
    has_room_.notify_all();
    has_values_.notify_all();
    if (readable_.is_open()) ::eventfd_write(readable_.get(), 1);
  }

  /// A descriptor for poll and epoll, readable while the queue holds something or is closed. Never
  /// read from it. Opened by the first call; `system` when the kernel gives none.
  [[nodiscard]] Result<int> fd() {
    const std::lock_guard lock{mutex_};
    if (!readable_.is_open()) {
      readable_ = UniqueFd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
      if (!readable_.is_open()) {
        return fail(Errc::system, "queue: " + std::generic_category().message(errno));
      }
      if (is_closed_ || !values_.empty()) ::eventfd_write(readable_.get(), 1);
    }
    return readable_.get();
  }

  [[nodiscard]] std::uint64_t dropped() const {
    const std::lock_guard lock{mutex_};
    return dropped_;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return values_.size();
  }

  [[nodiscard]] bool is_closed() const {
    const std::lock_guard lock{mutex_};
    return is_closed_;
  }

 private:
  /// The caller wakes who waits once the lock is gone, which the woken one would wait for.
  void put(T value) {
    values_.push_back(std::move(value));
    // Only the first value needs telling: the descriptor stays readable until the last one leaves.
    if (readable_.is_open() && values_.size() == 1) ::eventfd_write(readable_.get(), 1);
  }

  void told_taken() {
    has_room_.notify_all();
    if (!readable_.is_open() || is_closed_ || !values_.empty()) return;
    eventfd_t ignored = 0;
    ::eventfd_read(readable_.get(), &ignored);
  }

  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable has_room_;
  std::condition_variable has_values_;
  std::deque<T> values_;
  UniqueFd readable_;
  std::uint64_t dropped_ = 0;
  bool is_closed_ = false;
};

}  // namespace tocsin::loop
