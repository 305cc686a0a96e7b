// SPDX-License-Identifier: Apache-2.0
#include "loop/worker_pool.hpp"

#include <utility>

namespace tocsin::loop {

Result<std::unique_ptr<WorkerPool>> WorkerPool::start(const WorkerPoolOptions& options) {
  std::unique_ptr<WorkerPool> pool{new WorkerPool{options.queue_limit}};
  for (std::size_t i = 1; i <= options.threads; ++i) {
    auto thread = Thread::start(options.name + "-" + std::to_string(i),
                                [worker = pool.get()] { worker->work(); });
    if (!thread) return fail(thread.error());
    pool->threads_.push_back(std::move(*thread));
  }
  return pool;
}

WorkerPool::~WorkerPool() {
  drain();
}

bool WorkerPool::try_submit(Job job) {
  return jobs_.try_push(std::move(job));
}

void WorkerPool::drain() {
  jobs_.close();
  for (Thread& thread : threads_) thread.join();
}

void WorkerPool::work() {
  // The wait is only a bound: a job or `close` ends it at once.
  constexpr std::chrono::milliseconds longest_wait{60'000};
  while (true) {
    const auto job = jobs_.pop_wait_for(longest_wait);
    if (job) {
      (*job)();
      done_.add();
    } else if (jobs_.is_closed()) {
      return;
    }
  }
}

}  // namespace tocsin::loop
