// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ledger_thread.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "log/log.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::chrono::milliseconds beat{500};
/// What nobody waits for begins when nothing came for so long: what the commit before it told is on
/// its way to the readers until then, on the same processors.
constexpr std::chrono::milliseconds quiet{1};
constexpr std::size_t prune_batch = 500;

StoreJob acknowledgement_job(alert::Acknowledgement one) {
  StoreJob job;
  job.write = [one = std::move(one)](store::Transaction& transaction,
                                     Time now) -> Result<std::vector<alert::LogRecord>> {
    const auto stored = transaction.acknowledge(one.subscriber, one.seq, now);
    // A cursor beyond the head is the subscriber's mistake and changes nothing.
    if (!stored && stored.error().code != Errc::too_large) return fail(stored.error());
    crash_point("acknowledge.written");
    return std::vector<alert::LogRecord>{};
  };
  return job;
}

}  // namespace

Result<std::unique_ptr<LedgerThread>> LedgerThread::start(std::unique_ptr<store::Store> store,
                                                          const Clock& clock,
                                                          const LedgerThreadOptions& options,
                                                          story::InverseDocumentFrequency idf,
                                                          LedgerCallbacks callbacks) {
  std::unique_ptr<LedgerThread> self{
      new LedgerThread{std::move(store), clock, options, std::move(idf), std::move(callbacks)}};
  if (auto started = self->ledger_.start(); !started) return fail(started.error());
  auto quiet_work = QuietWork::start(*self->store_);
  if (!quiet_work) return fail(quiet_work.error());
  self->quiet_work_ = std::move(*quiet_work);
  auto thread = loop::Thread::start("ledger", [raw = self.get()] { raw->work(); });
  if (!thread) return fail(thread.error());
  self->thread_ = std::move(*thread);
  return self;
}

LedgerThread::LedgerThread(std::unique_ptr<store::Store> store, const Clock& clock,
                           const LedgerThreadOptions& options, story::InverseDocumentFrequency idf,
                           LedgerCallbacks callbacks)
    : store_{std::move(store)},
      clock_{clock},
      options_{options},
      ledger_{*store_, clock, options.ledger, std::move(idf)},
      callbacks_{std::move(callbacks)},
      inbox_{options.queue_limit},
      prune_timer_{options.prune_interval} {}

LedgerThread::~LedgerThread() {
  stop();
}

bool LedgerThread::submit(PollOutcome outcome) {
  return inbox_.push_wait(std::move(outcome));
}

bool LedgerThread::change(StoryOrder order, StoryAnswer answer) {
  return ask([order = std::move(order), answer = std::move(answer)](Ledger& ledger) {
    change(ledger, order, answer);
  });
}

bool LedgerThread::ask(LedgerJob job) {
  return inbox_.try_push(std::move(job));
}

bool LedgerThread::acknowledge(alert::Acknowledgement acknowledgement) {
  StoreJob job = acknowledgement_job(std::move(acknowledgement));
  job.done = [this](const Result<void>& stored) {
    if (stored) crash_point("acknowledge.committed");
    if (!stored && gate_.should_tell("acknowledge")) {
      log::error("cursors not stored", {{"reason", stored.error().message}});
    } else if (stored) {
      gate_.ended("acknowledge");
    }
  };
  return write(std::move(job));
}

bool LedgerThread::write(StoreJob job) {
  return inbox_.try_push(std::move(job));
}

void LedgerThread::stop() {
  inbox_.close();
  thread_.join();
  if (quiet_work_) quiet_work_->stop();
}

void LedgerThread::work() {
  while (true) {
    auto first = inbox_.pop_wait_for(quiet_work_->is_waiting() ? quiet : beat);
    beats_.add();
    const bool is_quiet = !first;
    if (first) {
      std::vector<Message> messages;
      messages.push_back(std::move(*first));
      inbox_.drain_into(messages, options_.group - 1);
      handle(std::move(messages));
    } else if (inbox_.is_closed()) {
      return;
    }
    release_when_due();
    prune_when_due();
    quiet_work_->run(is_quiet, [this] {
      beats_.add();
      return inbox_.size() == 0 && !inbox_.is_closed();
    });
  }
}

void LedgerThread::release_when_due() {
  auto records = ledger_.release();
  if (!records) {
    if (gate_.should_tell("release")) {
      log::warn("cannot tell what was held", {{"reason", records.error().message}});
    }
    return;
  }
  gate_.ended("release");
  publish(std::move(*records));
}

void LedgerThread::handle(std::vector<Message> messages) {
  std::vector<PollOutcome> outcomes;
  std::vector<StoreJob> jobs;
  for (Message& message : messages) {
    if (auto* outcome = std::get_if<PollOutcome>(&message)) {
      outcomes.push_back(std::move(*outcome));
    } else if (const auto* ask = std::get_if<LedgerJob>(&message)) {
      // What came before it is stored before it: an order means the stories its author saw.
      if (!outcomes.empty()) record(std::exchange(outcomes, {}));
      (*ask)(ledger_);
    } else {
      jobs.push_back(std::move(std::get<StoreJob>(message)));
    }
  }
  if (!outcomes.empty()) record(outcomes);
  if (!jobs.empty()) do_jobs(jobs);
}

void LedgerThread::change(Ledger& ledger, const StoryOrder& order, const StoryAnswer& answer) {
  auto changed = ledger.change(order);
  if (changed) {
    const bool is_split = order.kind == StoryOrder::Kind::split;
    log::info(is_split ? "story split" : "story merged", {{"story", changed->story},
                                                          {"into", changed->into},
                                                          {"items", changed->moved.size()},
                                                          {"author", order.author}});
  }
  answer(std::move(changed));
}

void LedgerThread::do_jobs(const std::vector<StoreJob>& jobs) {
  JobsWritten written = write_jobs(*store_, jobs, clock_.now());
  publish(std::move(written.records));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].done) jobs[i].done(written.stored[i]);
  }
}

void LedgerThread::publish(std::vector<alert::LogRecord> records) {
  if (records.empty()) return;
  alerts_.add(records.size());

  struct Told {
    std::string id;
    std::uint64_t seq;
    std::string topic;
  };

  std::vector<Told> told;
  told.reserve(records.size());
  for (const auto& record : records) told.push_back({record.id, record.seq, record.frame});
  // Before the lines about them, which nobody waits for.
  callbacks_.on_committed(std::move(records));
  for (const Told& one : told) {
    log::info("alert", {{"alert", one.id}, {"seq", one.seq}, {"topic", one.topic}});
  }
}

void LedgerThread::record(const std::vector<PollOutcome>& outcomes) {
  auto recorded = ledger_.record(outcomes);
  if (!recorded) {
    tell_failure(outcomes, recorded.error());
    return;
  }
  const bool is_any_stored = std::any_of(recorded->learned.begin(), recorded->learned.end(),
                                         [](const Learned& one) { return one.is_committed; });
  if (is_any_stored) {
    commits_.add();
    degraded_.lower();
    if (gate_.ended("record")) log::info("storing again");
  }
  open_stories_.set(static_cast<std::int64_t>(ledger_.open_stories()));
  story_items_.set(static_cast<std::int64_t>(ledger_.story_items()));
  for (const Learned& learned : recorded->learned) {
    const auto fresh = static_cast<std::size_t>(std::max(learned.new_items, 0));
    new_items_.add(fresh);
    quiet_work_->add_items(fresh);
    if (!learned.is_committed && gate_.should_tell(learned.feed_key)) {
      log::error("poll not stored",
                 {{"feed", without_secrets(learned.feed_key)}, {"reason", learned.error}});
    }
  }
  publish(std::move(recorded->records));
  crash_point("record.published");
  callbacks_.on_learned(std::move(recorded->learned));
}

void LedgerThread::tell_failure(const std::vector<PollOutcome>& outcomes, const Error& error) {
  failures_.add();
  degraded_.raise();
  if (gate_.should_tell("record")) {
    log::error("cannot store; nothing already stored is lost, polls will come again",
               {{"reason", error.message}, {"times", gate_.times("record")}});
  }
  std::vector<Learned> lost;
  lost.reserve(outcomes.size());
  for (const PollOutcome& outcome : outcomes) {
    lost.push_back({.feed_key = outcome.feed.key, .error = error.message});
  }
  callbacks_.on_learned(std::move(lost));
}

void LedgerThread::prune_when_due() {
  const Time now = clock_.now();
  const auto due = prune_timer_.look(now, std::chrono::steady_clock::now());
  if (due == PruneTimer::Due::clock_jumped) {
    log::warn("the clock has jumped; nothing is pruned for a day", {{"now", to_rfc3339(now)}});
  }
  if (due != PruneTimer::Due::now) return;
  const auto pruned = store_->prune(now, options_.retention, prune_batch);
  if (!pruned) {
    if (gate_.should_tell("prune")) log::warn("cannot prune", {{"reason", pruned.error().message}});
    return;
  }
  gate_.ended("prune");
  if (pruned->items > 0) quiet_work_->note_pruning();
  if (pruned->given_back > 0) {
    log::warn("retention removed what subscribers had given back and not taken again",
              {{"deliveries", pruned->given_back}});
  }
  if (pruned->more) prune_timer_.again();  // in small batches, so that nobody waits long
}

}  // namespace tocsin::pipeline
