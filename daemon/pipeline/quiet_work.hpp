// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "log/repeat_gate.hpp"
#include "loop/worker_pool.hpp"
#include "store/checkpointer.hpp"
#include "store/store.hpp"

namespace tocsin::pipeline {

/// What nobody waits for and the disk has time for when nothing comes: a thread of its own carries
/// the write-ahead log into the file, words go into the search, whose index is merged, and counts
/// are added to their day's. What fails is logged and tried again after a second.
///
/// Thread: the ledger's. The store must outlive it.
class QuietWork {
 public:
  [[nodiscard]] static Result<std::unique_ptr<QuietWork>> start(store::Store& store);

  QuietWork(const QuietWork&) = delete;
  QuietWork& operator=(const QuietWork&) = delete;
  ~QuietWork() = default;

  /// The search lacks so many more.
  void add_items(std::size_t count) { unindexed_ += count; }

  /// The search has lost items, and its index may be worth merging.
  void note_pruning() { is_merging_ = true; }

  /// That something begins once it is quiet.
  [[nodiscard]] bool is_waiting() const;

  /// Does what is due, in batches for as long as `is_idle` says that nothing has come meanwhile.
  /// Not quiet, only what has waited for too long.
  void run(bool is_quiet, const std::function<bool()>& is_idle);

  /// Waits for the thread.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;

  explicit QuietWork(store::Store& store) : store_{store} {}

  bool carry_over_when_due(bool is_quiet);  ///< True when it has begun.
  [[nodiscard]] bool is_index_due() const;
  [[nodiscard]] bool do_batch();  ///< False when it failed, or nothing was left.
  [[nodiscard]] bool index_items();
  [[nodiscard]] bool merge_index();
  [[nodiscard]] bool add_up_counts(std::size_t limit);
  void look_at_counts();
  [[nodiscard]] bool is_backing_off() const;
  template <typename Value>
  bool went_well(const char* failure, const Result<Value>& result);

  store::Store& store_;
  log::RepeatGate gate_;
  std::size_t unindexed_ = 1;  ///< Items the search lacks; at first who knows.
  std::size_t counts_ = 0;     ///< That wait, as last looked at.
  Clock::time_point indexed_at_;
  bool is_merging_ = true;  ///< The search's index may have what is worth merging.
  std::optional<Clock::time_point> failed_at_;
  bool is_log_long_ = false;  ///< The write-ahead log waits to be carried over.
  std::unique_ptr<store::Checkpointer> checkpointer_;
  log::RepeatGate checkpoint_gate_;  ///< The second thread's.
  std::unique_ptr<loop::WorkerPool> beside_;
};

}  // namespace tocsin::pipeline
