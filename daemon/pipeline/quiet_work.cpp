// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quiet_work.hpp"

#include <algorithm>
#include <utility>

#include "log/log.hpp"

namespace tocsin::pipeline {
namespace {

/// Words of so many items cost the index little more than those of one, and hold up an outcome that
/// comes meanwhile by some 2 ms.
constexpr std::size_t index_batch = 16;
/// Found by the search so much later, even where fewer came.
constexpr std::chrono::milliseconds latest{500};
/// Also between two outcomes, where the inbox is never empty for long.
constexpr std::chrono::milliseconds overdue = 2 * latest;

/// An item of two topics makes ten.
constexpr std::size_t count_batch = 256;
/// More than this do not wait for a quiet moment: who asks for the counts reads them all.
constexpr std::size_t most_counts = 4096;

}  // namespace

Result<std::unique_ptr<QuietWork>> QuietWork::start(store::Store& store) {
  std::unique_ptr<QuietWork> self{new QuietWork{store}};
  auto checkpointer = store.checkpointer();
  if (!checkpointer) return fail(checkpointer.error());
  self->checkpointer_ = std::move(*checkpointer);
  auto beside = loop::WorkerPool::start({.threads = 1, .queue_limit = 1, .name = "checkpoint"});
  if (!beside) return fail(beside.error());
  self->beside_ = std::move(*beside);
  return self;
}

void QuietWork::stop() {
  beside_->drain();
}

bool QuietWork::is_waiting() const {
  const bool is_late = unindexed_ > 0 && std::chrono::steady_clock::now() >= indexed_at_ + latest;
  const bool is_much = unindexed_ >= index_batch || is_merging_ || counts_ >= count_batch;
  return is_log_long_ || is_late || (is_much && !has_failed_);
}

void QuietWork::run(bool is_quiet, const std::function<bool()>& is_idle) {
  // Not both in one round: they would wait for the same disk.
  if (carry_over_when_due(is_quiet)) return;
  look_at_counts();
  if (counts_ >= most_counts && !add_up_counts(most_counts)) return;
  const auto now = std::chrono::steady_clock::now();
  const bool is_due = is_quiet ? is_waiting() : unindexed_ > 0 && now >= indexed_at_ + overdue;
  if (!is_due) return;
  indexed_at_ = now;
  constexpr int most_batches = 16;  // then what else is due has its turn
  for (int i = 0; i < most_batches; ++i) {
    if (!is_idle() || !do_batch()) return;
    if (carry_over_when_due(true)) break;
  }
  if (unindexed_ > 0) unindexed_ = std::max(unindexed_, index_batch);  // in the next quiet moment
}

bool QuietWork::do_batch() {
  if (unindexed_ > 0) return index_items();
  if (is_merging_) return merge_index();
  return counts_ >= count_batch && add_up_counts(count_batch);
}

bool QuietWork::index_items() {
  const auto indexed = store_.index_items(index_batch);
  has_failed_ = !indexed;
  if (!indexed) {
    tell("cannot index for the search", indexed.error());
    return false;
  }
  gate_.ended("cannot index for the search");
  is_merging_ = is_merging_ || *indexed > 0;
  const bool is_all = *indexed < index_batch;
  unindexed_ = is_all ? 0 : std::max(unindexed_, *indexed + 1) - *indexed;
  return true;
}

bool QuietWork::merge_index() {
  const auto is_merging = store_.merge_index();
  has_failed_ = !is_merging;
  is_merging_ = is_merging.value_or(false);
  if (!is_merging) {
    tell("cannot merge the search's index", is_merging.error());
    return false;
  }
  gate_.ended("cannot merge the search's index");
  return true;
}

void QuietWork::look_at_counts() {
  const auto waiting = store_.waiting_counts();
  counts_ = waiting ? *waiting : 0;
  if (!waiting) tell("cannot look at the counts", waiting.error());
}

bool QuietWork::add_up_counts(std::size_t limit) {
  const auto added = store_.add_up_counts(limit);
  has_failed_ = !added;
  if (!added) {
    tell("cannot add the counts up", added.error());
    return false;
  }
  gate_.ended("cannot add the counts up");
  counts_ -= std::min(counts_, *added);
  return true;
}

bool QuietWork::carry_over_when_due(bool is_quiet) {
  const bool has_grown = store_.is_checkpoint_due();
  const bool is_urgent = has_grown && is_log_long_;  // by one step more, and never a quiet moment
  is_log_long_ = is_log_long_ || has_grown;
  if (!is_log_long_ || !(is_quiet || is_urgent)) return false;
  is_log_long_ = false;
  // Refused while the last one still runs: the log grows on, and the next step asks again.
  return beside_->try_submit([this] {
    const auto done = checkpointer_->run();
    if (done) {
      checkpoint_gate_.ended("checkpoint");
    } else if (checkpoint_gate_.should_tell("checkpoint")) {
      log::warn("cannot carry the write-ahead log over", {{"reason", done.error().message}});
    }
  });
}

void QuietWork::tell(const char* what, const Error& error) {
  if (gate_.should_tell(what)) log::warn(what, {{"reason", error.message}});
}

}  // namespace tocsin::pipeline
