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
/// Also between two outcomes, where the inbox is never empty for long; and after a failure.
constexpr std::chrono::milliseconds overdue = 2 * latest;

/// An item of two topics makes ten.
constexpr std::size_t count_batch = 256;
/// More than this do not wait for a quiet moment: who asks for the counts reads them all. So many
/// at a time then, 10 ms among 10,000 topics.
constexpr std::size_t most_counts = 4096;
constexpr std::size_t urgent_count_batch = 512;

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
  if (is_log_long_) return true;
  return !is_backing_off() && (is_index_due() || is_merging_ || counts_ >= count_batch);
}

bool QuietWork::is_backing_off() const {
  return failed_at_ && Clock::now() < *failed_at_ + overdue;
}

bool QuietWork::is_index_due() const {
  if (unindexed_ == 0) return false;
  return unindexed_ >= index_batch || Clock::now() >= indexed_at_ + latest;
}

void QuietWork::run(bool is_quiet, const std::function<bool()>& is_idle) {
  // Not both in one round: they would wait for the same disk.
  if (carry_over_when_due(is_quiet)) return;
  look_at_counts();
  if (is_backing_off()) return;
  if (counts_ >= most_counts && !add_up_counts(urgent_count_batch)) return;
  const bool is_overdue = unindexed_ > 0 && Clock::now() >= indexed_at_ + overdue;
  if (!(is_quiet ? is_waiting() : is_overdue)) return;
  constexpr int most_batches = 16;  // then what else is due has its turn
  for (int i = 0; i < most_batches; ++i) {
    if (!is_idle() || !do_batch() || carry_over_when_due(true)) return;
  }
}

bool QuietWork::do_batch() {
  // First, or what is left unmerged would be merged within the batch that makes it too much.
  if (is_merging_) return merge_index();
  if (is_index_due()) return index_items();
  return counts_ >= count_batch && add_up_counts(count_batch);
}

bool QuietWork::index_items() {
  const auto indexed = store_.index_items(index_batch);
  indexed_at_ = Clock::now();
  if (!went_well("cannot index for the search", indexed)) return false;
  is_merging_ = is_merging_ || *indexed > 0;
  const bool is_all = *indexed < index_batch;
  unindexed_ = is_all ? 0 : std::max(unindexed_ - std::min(unindexed_, *indexed), index_batch);
  return true;
}

bool QuietWork::merge_index() {
  const auto is_more = store_.merge_index();
  is_merging_ = is_more.value_or(false);
  return went_well("cannot merge the search's index", is_more);
}

void QuietWork::look_at_counts() {
  const auto waiting = store_.waiting_counts();
  counts_ = went_well("cannot look at the counts", waiting) ? *waiting : 0;
}

bool QuietWork::add_up_counts(std::size_t limit) {
  const auto added = store_.add_up_counts(limit);
  if (!went_well("cannot add the counts up", added)) return false;
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

template <typename Value>
bool QuietWork::went_well(const char* failure, const Result<Value>& result) {
  if (result) {
    gate_.ended(failure);
    return true;
  }
  failed_at_ = Clock::now();
  if (gate_.should_tell(failure)) log::warn(failure, {{"reason", result.error().message}});
  return false;
}

}  // namespace tocsin::pipeline
