// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger.hpp"

#include <utility>

#include "alert/codec.hpp"
#include "base/crash_point.hpp"
#include "pipeline/recording.hpp"
#include "pipeline/story_keeper.hpp"

namespace tocsin::pipeline {
namespace {

/// True when nothing else of this transaction can succeed either.
bool ends_transaction(Errc code) {
  return code == Errc::no_space || code == Errc::system;
}

/// Writes one outcome, to be rolled back alone. False when it was left out; an error ends the
/// transaction.
Result<bool> write_one(const Recording::Surroundings& surroundings, const PollOutcome& outcome,
                       Recorded& recorded) {
  auto savepoint = surroundings.transaction.savepoint();
  if (!savepoint) return fail(savepoint.error());
  Recording recording{surroundings, outcome};
  auto learned = recording.write();
  if (!learned && ends_transaction(learned.error().code)) return fail(learned.error());
  if (!learned) {
    recorded.learned.push_back({.feed_key = outcome.feed.key, .error = learned.error().message});
    return false;
  }
  if (auto kept = savepoint->keep(); !kept) return fail(kept.error());
  recorded.learned.push_back(std::move(*learned));
  for (alert::LogRecord& record : recording.take_records()) {
    recorded.records.push_back(std::move(record));
  }
  return true;
}

}  // namespace

Ledger::Ledger(store::Store& store, const Clock& clock, Options options,
               story::InverseDocumentFrequency idf)
    : store_{store},
      clock_{clock},
      options_{options},
      stories_{options.story, std::move(idf)},
      network_{options.notices} {}

Result<void> Ledger::start() {
  stories_.forget_all();
  const auto read = store_.visit_open_story_members(
      clock_.now() - options_.story.window,
      [this](const store::StoryMember& member) { stories_.restore(placed_item(member)); });
  if (!read) return read;
  if (auto restored = restore_network(); !restored) return restored;
  are_stories_stale_ = false;
  return {};
}

Result<void> Ledger::restore_network() {
  const auto last = store_.alerts({.frame_prefix = "ops/daemon.network/", .limit = 1});
  if (!last) return fail(last.error());
  network_.restore({});
  if (last->empty()) return {};
  const auto told = alert::decode(last->front().payload);
  if (told && told->alert.severity == NetworkWatch::severity_down) {
    network_.restore(told->alert.times.committed);
  }
  return {};
}

Result<Recorded> Ledger::record(std::span<const PollOutcome> outcomes) {
  if (are_stories_stale_) {
    if (auto started = start(); !started) return fail(started.error());
  }
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  const Time now = clock_.now();
  const Recording::Surroundings surroundings{.store = store_,
                                             .transaction = *transaction,
                                             .stories = stories_,
                                             .network = network_,
                                             .policy = options_.policy,
                                             .notices = options_.notices,
                                             .now = now};
  Recorded recorded;
  are_stories_stale_ = true;  // until the commit, memory is ahead of the store
  bool is_behind = false;     // an outcome was left out, and the stories know it all the same
  for (const PollOutcome& outcome : outcomes) {
    if (is_behind) {
      if (auto reread = start(); !reread) return fail(reread.error());
    }
    const auto written = write_one(surroundings, outcome, recorded);
    if (!written) return fail(written.error());
    is_behind = !*written;
  }
  crash_point("record.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("record.committed");
  are_stories_stale_ = is_behind;
  return recorded;
}

Result<StoryChanged> Ledger::change(const StoryOrder& order) {
  if (are_stories_stale_) {
    if (auto started = start(); !started) return fail(started.error());
  }
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  are_stories_stale_ = true;  // until the commit, memory is ahead of the store
  auto changed = change_stories(store_, *transaction, stories_, order, clock_.now());
  if (!changed) {
    const Errc code = changed.error().code;
    are_stories_stale_ = code != Errc::not_found && code != Errc::invalid_input;
    return changed;
  }
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  are_stories_stale_ = false;
  return changed;
}

Result<void> Ledger::acknowledge(std::span<const alert::Acknowledgement> acknowledgements) {
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  for (const alert::Acknowledgement& one : acknowledgements) {
    auto stored = transaction->acknowledge(one.subscriber, one.seq, clock_.now());
    // A cursor beyond the head is the subscriber's mistake and changes nothing.
    if (!stored && stored.error().code != Errc::too_large) return stored;
  }
  crash_point("acknowledge.written");
  auto committed = transaction->commit();
  crash_point("acknowledge.committed");
  return committed;
}

}  // namespace tocsin::pipeline
