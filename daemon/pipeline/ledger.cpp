// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger.hpp"

#include <algorithm>
#include <utility>

#include "alert/codec.hpp"
#include "base/crash_point.hpp"
#include "pipeline/recording.hpp"
#include "pipeline/release.hpp"
#include "pipeline/story_keeper.hpp"

namespace tocsin::pipeline {
namespace {

/// Writes one outcome. False when it could not be: what it wrote is to be rolled back. An error
/// ends the transaction.
Result<bool> write_one(const Recording::Surroundings& surroundings, const PollOutcome& outcome,
                       Recorded& recorded) {
  Recording recording{surroundings, outcome};
  auto learned = recording.write();
  if (!learned && store::ends_transaction(learned.error().code)) return fail(learned.error());
  if (!learned) {
    recorded.learned.push_back({.feed_key = outcome.feed.key, .error = learned.error().message});
    return false;
  }
  recorded.learned.push_back(std::move(*learned));
  for (alert::LogRecord& record : recording.take_records()) {
    recorded.records.push_back(std::move(record));
  }
  return true;
}

/// The same among others, rolled back alone.
Result<bool> write_beside_others(const Recording::Surroundings& surroundings,
                                 const PollOutcome& outcome, Recorded& recorded) {
  auto savepoint = surroundings.transaction.savepoint();
  if (!savepoint) return fail(savepoint.error());
  const auto written = write_one(surroundings, outcome, recorded);
  if (!written || !*written) return written;
  if (auto kept = savepoint->keep(); !kept) return fail(kept.error());
  return true;
}

/// What is wrong with a silence, when so many are in force already; empty when nothing is.
std::string fault_of(const store::Silence& silence, std::size_t in_force) {
  constexpr std::size_t most_silences = 1000;
  constexpr std::chrono::hours longest{24 * 366};
  const auto& scope = silence.scope;
  if (scope != "topic" && scope != "story" && scope != "feed" && scope != "source") {
    return "a silence is of a topic, story, feed or source";
  }
  if (silence.name.empty()) return "a silence names its " + scope;
  if (silence.author.empty()) return "a silence names its author";
  if (silence.reason.empty()) return "a silence gives a reason";
  if (silence.expires_at <= silence.created_at) return "a silence ends in the future";
  if (silence.expires_at > silence.created_at + longest) return "a silence ends within a year";
  if (in_force >= most_silences) return "there are 1000 silences in force";
  return {};
}

}  // namespace

Ledger::Ledger(store::Store& store, const Clock& clock, Options options,
               story::InverseDocumentFrequency idf)
    : store_{store},
      clock_{clock},
      options_{std::move(options)},
      stories_{options_.story, std::move(idf)},
      network_{options_.notices} {}

Result<void> Ledger::start() {
  stories_.forget_all();
  const auto read = store_.visit_open_story_members(
      clock_.now() - options_.story.window,
      [this](const store::StoryMember& member) { stories_.restore(placed_item(member)); });
  if (!read) return read;
  if (auto restored = restore_network(); !restored) return restored;
  if (auto restored = restore_silences(); !restored) return restored;
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

Result<void> Ledger::restore_silences() {
  auto silences = store_.silences(clock_.now());
  if (!silences) return fail(silences.error());
  silences_ = std::move(*silences);
  return {};
}

Delivery::Surroundings Ledger::delivery_of(store::Transaction& transaction) const {
  return {.store = store_,
          .transaction = transaction,
          .options = options_.delivery,
          .silences = silences_,
          .now = clock_.now()};
}

Result<void> Ledger::mind_the_clock() {
  constexpr std::chrono::minutes tolerance{1};
  const Time now = clock_.now();
  const auto before = std::exchange(last_release_, now);
  if (before && now >= *before - tolerance) return {};
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  if (auto moved = transaction->release_from_ahead(now); !moved) return moved;
  if (auto shifted = transaction->shift_silences(before, now); !shifted) return shifted;
  if (auto committed = transaction->commit(); !committed) return committed;
  return restore_silences();
}

Result<std::vector<alert::LogRecord>> Ledger::release() {
  if (auto minded = mind_the_clock(); !minded) return fail(minded.error());
  const auto is_due = store_.is_held_due(clock_.now());
  if (!is_due) return fail(is_due.error());
  if (!*is_due) return std::vector<alert::LogRecord>{};
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  auto records = release_due(delivery_of(*transaction));
  if (!records) return records;
  crash_point("release.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("release.committed");
  return records;
}

Result<store::Silence> Ledger::add_silence(store::Silence silence) {
  silence.created_at = clock_.now();
  if (auto fault = fault_of(silence, silences_.size()); !fault.empty()) {
    return fail(Errc::invalid_input, std::move(fault));
  }
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  const auto id = transaction->add_silence(silence);
  if (!id) return fail(id.error());
  crash_point("silence.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("silence.committed");
  silence.id = *id;
  if (auto restored = restore_silences(); !restored) return fail(restored.error());
  return silence;
}

Result<store::Silence> Ledger::end_silence(std::int64_t id) {
  if (auto restored = restore_silences(); !restored) return fail(restored.error());
  const auto found = std::find_if(silences_.begin(), silences_.end(),
                                  [id](const store::Silence& one) { return one.id == id; });
  if (found == silences_.end()) {
    return fail(Errc::not_found, "no silence " + std::to_string(id) + " in force");
  }
  store::Silence ended = *found;
  ended.expires_at = clock_.now();
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  if (auto done = transaction->end_silence(id, ended.expires_at); !done) return fail(done.error());
  crash_point("silence_end.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("silence_end.committed");
  if (auto restored = restore_silences(); !restored) return fail(restored.error());
  return ended;
}

Result<Recorded> Ledger::record(std::span<const PollOutcome> outcomes) {
  if (are_stories_stale_) {
    if (auto started = start(); !started) return fail(started.error());
  }
  auto transaction = store_.begin();
  if (!transaction) return fail(transaction.error());
  Recorded recorded;
  // What is due goes before what comes now, so that a story's digest stands before its update.
  const Time now = clock_.now();
  const auto is_due = store_.is_held_due(now);
  if (!is_due) return fail(is_due.error());
  if (*is_due) {
    auto released = release_due(delivery_of(*transaction));
    if (!released) return fail(released.error());
    recorded.records = std::move(*released);
  }
  const Recording::Surroundings surroundings{.store = store_,
                                             .transaction = *transaction,
                                             .stories = stories_,
                                             .network = network_,
                                             .policy = options_.policy,
                                             .notices = options_.notices,
                                             .delivery = options_.delivery,
                                             .silences = silences_,
                                             .now = now};
  // Alone, it goes back with the transaction: for a savepoint SQLite copies each page that changes.
  const bool is_alone = outcomes.size() == 1 && !*is_due;
  are_stories_stale_ = true;  // until the commit, memory is ahead of the store
  bool is_behind = false;     // an outcome was left out, and the stories know it all the same
  for (const PollOutcome& outcome : outcomes) {
    if (is_behind) {
      if (auto reread = start(); !reread) return fail(reread.error());
    }
    const auto written = is_alone ? write_one(surroundings, outcome, recorded)
                                  : write_beside_others(surroundings, outcome, recorded);
    if (!written) return fail(written.error());
    is_behind = !*written;
  }
  if (is_alone && is_behind) return recorded;  // nothing is left to commit
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
  crash_point("story.written");
  if (auto committed = transaction->commit(); !committed) return fail(committed.error());
  crash_point("story.committed");
  are_stories_stale_ = false;
  return changed;
}

}  // namespace tocsin::pipeline
