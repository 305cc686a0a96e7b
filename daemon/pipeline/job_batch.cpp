// SPDX-License-Identifier: Apache-2.0
#include "pipeline/job_batch.hpp"

#include <iterator>
#include <utility>

#include "base/crash_point.hpp"

namespace tocsin::pipeline {
namespace {

using Records = std::vector<alert::LogRecord>;

/// Writes one job, to be rolled back alone. False when it failed, which `stored` tells; an error
/// ends the transaction.
Result<bool> write_one(store::Transaction& transaction, const StoreJob& job, Time now,
                       JobsWritten& written) {
  auto savepoint = transaction.savepoint();
  if (!savepoint) return fail(savepoint.error());
  auto records = job.write(transaction, now);
  if (!records && store::ends_transaction(records.error().code)) return fail(records.error());
  if (!records) {
    written.stored.emplace_back(fail(records.error()));
    return false;
  }
  if (auto kept = savepoint->keep(); !kept) return fail(kept.error());
  written.stored.emplace_back();
  std::move(records->begin(), records->end(), std::back_inserter(written.records));
  return true;
}

Result<JobsWritten> write_all(store::Store& store, const std::vector<StoreJob>& jobs, Time now) {
  auto transaction = store.begin();
  if (!transaction) return fail(transaction.error());
  JobsWritten written;
  bool has_any = false;
  for (const StoreJob& job : jobs) {
    const auto one = write_one(*transaction, job, now, written);
    if (!one) return fail(one.error());
    has_any = has_any || *one;
  }
  if (!has_any) return written;  // rolled back: there is nothing to wait for the disk for
  crash_point("job.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("job.committed");
  return written;
}

}  // namespace

JobsWritten write_jobs(store::Store& store, const std::vector<StoreJob>& jobs, Time now) {
  auto written = write_all(store, jobs, now);
  if (written) return std::move(*written);
  return {.records = {},
          .stored = std::vector<Result<void>>(jobs.size(), fail(std::move(written.error())))};
}

}  // namespace tocsin::pipeline
