// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>

namespace tocsin::loop {

/// The latest value that one thread set, copied out by any thread: a report, a status.
template <typename T>
class SharedValue {
 public:
  void set(T value) {
    const std::lock_guard lock{mutex_};
    std::swap(value_, value);  // the old value dies outside the lock
  }

  [[nodiscard]] T get() const {
    const std::lock_guard lock{mutex_};
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_;  // guarded by mutex_
};

}  // namespace tocsin::loop
