// SPDX-License-Identifier: Apache-2.0
#include "pipeline/intake.hpp"

#include <exception>
#include <utility>

#include "log/log.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::chrono::milliseconds retry_pause{5};
/// Of what feeds' last documents held: 150,000 feeds of 20 items.
constexpr std::size_t seen_limit = std::size_t{64} << 20U;

/// What the workers do with one document.
PollOutcome outcome_of(FetchedDocument& document, std::shared_ptr<const topics::RuleSet> rules,
                       const SeenItems* seen, double near) {
  PollOutcome outcome{.feed = std::move(document.feed),
                      .state = std::move(document.state),
                      .fetched = document.fetched,
                      .state_if_unreadable = std::move(document.state_if_unreadable),
                      .is_delta = document.is_delta,
                      .reschedule = std::move(document.reschedule)};
  if (!document.body) return outcome;
  try {
    auto examination = examine(outcome.feed,
                               {.bytes = *document.body,
                                .url = document.url,
                                .content_type = document.content_type,
                                .seen = seen,
                                .near = near},
                               std::move(rules));
    if (examination) {
      outcome.examination = std::move(*examination);
    } else {
      outcome.unreadable = examination.error().message;
    }
  } catch (const std::exception& error) {
    // Out of memory, or a mistake of ours that this document brings to light: one feed fails, and
    // the daemon goes on.
    outcome.unreadable = "cannot be examined: " + std::string{error.what()};
  }
  return outcome;
}

}  // namespace

Intake::Intake(loop::EventLoop& loop, loop::WorkerPool& workers, LedgerThread& ledger,
               std::function<void(bool)> on_full)
    : loop_{loop},
      workers_{workers},
      ledger_{ledger},
      on_full_{std::move(on_full)},
      seen_{seen_limit},
      retry_{loop_, [this] {
               submit_waiting();
             }} {}

void Intake::take(FetchedDocument document) {
  auto shared = std::make_shared<FetchedDocument>(std::move(document));
  if (waiting_.empty() && submit(shared)) return;
  if (waiting_.empty()) on_full_(true);
  waiting_.push_back(std::move(shared));
  retry_.fire_after(retry_pause);
}

bool Intake::submit(const std::shared_ptr<FetchedDocument>& document) {
  return workers_.try_submit(
      [document, rules = rules_, seen = seen_.find(document->feed.key), near = near_,
       &ledger = ledger_] { ledger.submit(outcome_of(*document, rules, seen.get(), near)); });
}

void Intake::submit_waiting() {
  while (!waiting_.empty() && submit(waiting_.front())) waiting_.pop_front();
  if (waiting_.empty()) {
    on_full_(false);
  } else {
    retry_.fire_after(retry_pause);
  }
}

}  // namespace tocsin::pipeline
