// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "log/repeat_gate.hpp"
#include "loop/bounded_queue.hpp"
#include "loop/counter.hpp"
#include "loop/thread.hpp"
#include "pipeline/job_batch.hpp"
#include "pipeline/ledger.hpp"
#include "pipeline/prune_timer.hpp"
#include "pipeline/quiet_work.hpp"
#include "store/store.hpp"

namespace tocsin::pipeline {

struct LedgerThreadOptions {
  Ledger::Options ledger;
  store::RetentionOptions retention;
  std::size_t queue_limit = 1024;  ///< Outcomes waiting; beyond, workers wait.
  std::size_t group = 64;          ///< The most outcomes in one commit.
  std::chrono::milliseconds prune_interval{std::chrono::minutes{10}};
};

/// Work for the ledger in turn with the outcomes.
using LedgerJob = std::function<void(Ledger&)>;

/// Both are called on the ledger's thread, after the commit.
struct LedgerCallbacks {
  std::function<void(std::vector<Learned>)> on_learned;
  std::function<void(std::vector<alert::LogRecord>)> on_committed;
};

/// The one writer of the store: takes outcomes and acknowledgements in the order they come, commits
/// those waiting together, then tells.
/// What nobody waits for is QuietWork's.
///
/// Owns its threads and the store. What cannot be stored (a full disk) is told as not committed,
/// logged on its 1st, 2nd, 4th … time, and comes again with the feed's next poll.
class LedgerThread {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LedgerThread>> start(
      std::unique_ptr<store::Store> store, const Clock& clock, const LedgerThreadOptions& options,
      story::InverseDocumentFrequency idf, LedgerCallbacks callbacks);
  LedgerThread(const LedgerThread&) = delete;
  LedgerThread& operator=(const LedgerThread&) = delete;
  ~LedgerThread();

  /// Waits for room. False once stopping. Thread: the workers'.
  bool submit(PollOutcome outcome);

  using StoryAnswer = std::function<void(Result<StoryChanged>)>;

  /// Has stories split or merged, in turn with the outcomes. Never waits; false when there is no
  /// room. `answer` is called on the ledger's thread.
  bool change(StoryOrder order, StoryAnswer answer);

  /// Has work done in turn with the outcomes: what came before it is stored before it. Never waits;
  /// false, and it is not done, when there is no room. Thread: any.
  bool ask(LedgerJob job);

  /// Written in turn with the jobs: with what was given back before it, or later. Never waits; one
  /// that finds no room is dropped and counted: the next one says it all. Thread: the wire's.
  bool acknowledge(alert::Acknowledgement acknowledgement);

  /// Never waits; false, and the job is not done, when there is no room. Thread: any.
  bool write(StoreJob job);

  /// Commits what is waiting and ends the thread. Safe to call twice.
  void stop();

  /// Grows at least once a second.
  [[nodiscard]] std::uint64_t beats() const { return beats_.value(); }

  [[nodiscard]] std::uint64_t commits() const { return commits_.value(); }

  [[nodiscard]] std::uint64_t failures() const { return failures_.value(); }

  [[nodiscard]] std::uint64_t new_items() const { return new_items_.value(); }

  [[nodiscard]] std::uint64_t alerts() const { return alerts_.value(); }

  [[nodiscard]] std::int64_t open_stories() const { return open_stories_.value(); }

  [[nodiscard]] std::int64_t story_items() const { return story_items_.value(); }

  [[nodiscard]] std::size_t queued() const { return inbox_.size(); }

  [[nodiscard]] bool is_degraded() const { return degraded_.is_up(); }  ///< The last commit failed.

 private:
  using Message = std::variant<PollOutcome, LedgerJob, StoreJob>;

  LedgerThread(std::unique_ptr<store::Store> store, const Clock& clock,
               const LedgerThreadOptions& options, story::InverseDocumentFrequency idf,
               LedgerCallbacks callbacks);

  void work();
  void handle(std::vector<Message> messages);
  void record(const std::vector<PollOutcome>& outcomes);
  static void change(Ledger& ledger, const StoryOrder& order, const StoryAnswer& answer);
  void do_jobs(const std::vector<StoreJob>& jobs);
  void publish(std::vector<alert::LogRecord> records);
  void tell_failure(const std::vector<PollOutcome>& outcomes, const Error& error);
  void release_when_due();
  void prune_when_due();

  std::unique_ptr<store::Store> store_;
  const Clock& clock_;
  LedgerThreadOptions options_;
  Ledger ledger_;
  LedgerCallbacks callbacks_;
  loop::BoundedQueue<Message> inbox_;
  log::RepeatGate gate_;
  PruneTimer prune_timer_;
  loop::Counter beats_;
  loop::Counter commits_;
  loop::Counter failures_;
  loop::Counter new_items_;
  loop::Counter alerts_;
  loop::Gauge open_stories_;
  loop::Gauge story_items_;
  loop::Flag degraded_;
  std::unique_ptr<QuietWork> quiet_work_;
  loop::Thread thread_;
};

}  // namespace tocsin::pipeline
