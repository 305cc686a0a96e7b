// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "loop/bounded_queue.hpp"
#include "loop/counter.hpp"
#include "loop/thread.hpp"

namespace tocsin::loop {

struct WorkerPoolOptions {
  std::size_t threads = 2;
  std::size_t queue_limit = 64;
  std::string name = "worker";  ///< Threads are called "worker-1", "worker-2", …
};

/// Runs jobs on a few threads, in the order they came, at most `threads` at once.
///
/// Policy when the queue is full: the job is refused and counted; who submits waits or drops.
/// Thread: `try_submit` from any; `drain` from the owner. A job owns its values and must not throw.
class WorkerPool {
 public:
  using Job = std::function<void()>;

  [[nodiscard]] static Result<std::unique_ptr<WorkerPool>> start(const WorkerPoolOptions& options);

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  /// False when the queue is full, or after `drain`.
  [[nodiscard]] bool try_submit(Job job);

  /// Takes no more jobs, waits until those it has are done, and ends the threads. Idempotent.
  void drain();

  [[nodiscard]] std::size_t queued() const { return jobs_.size(); }

  /// Jobs turned away because the queue was full.
  [[nodiscard]] std::uint64_t refused() const { return jobs_.dropped(); }

  /// Jobs that ran to their end.
  [[nodiscard]] std::uint64_t done() const { return done_.value(); }

 private:
  explicit WorkerPool(std::size_t queue_limit) : jobs_{queue_limit} {}

  void work();

  BoundedQueue<Job> jobs_;
  Counter done_;
  std::vector<Thread> threads_;
};

}  // namespace tocsin::loop
