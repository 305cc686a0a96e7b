// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace tocsin::pipeline {

/// Something to write that no poll brings: what people say, what a reader gave back, an operator's
/// alert.
struct StoreJob {
  /// Writes into a transaction that it may share with other jobs; what it wrote is undone alone
  /// when it fails. Called once. What it returns is published after the commit.
  std::function<Result<std::vector<alert::LogRecord>>(store::Transaction&, Time now)> write;
  /// Told whether it is on the disk, on the ledger's thread. May be empty.
  std::function<void(const Result<void>& stored)> done;
};

/// What became of jobs that were written together.
struct JobsWritten {
  std::vector<alert::LogRecord> records;  ///< To be published, in the jobs' order.
  std::vector<Result<void>> stored;       ///< One for each job, for its `done`.
};

/// Writes them in one transaction, in order: one wait for the disk for all. A disk that fails one
/// fails all, since none of them is on it then. Calls no `done`.
[[nodiscard]] JobsWritten write_jobs(store::Store& store, const std::vector<StoreJob>& jobs,
                                     Time now);

}  // namespace tocsin::pipeline
