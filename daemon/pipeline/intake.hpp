// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "loop/event_loop.hpp"
#include "loop/worker_pool.hpp"
#include "pipeline/examine.hpp"
#include "pipeline/ledger_thread.hpp"
#include "pipeline/seen_memory.hpp"
#include "store/feed_state.hpp"

namespace tocsin::pipeline {

/// One poll as the loop hands it over.
struct FetchedDocument {
  FeedInfo feed;
  store::FeedState state;  ///< As the poller would have it.
  Time fetched;
  std::optional<std::string> body;  ///< Nothing for a 304 or a failed poll.
  std::string url;                  ///< Where it came from in the end.
  std::string content_type;
  store::FeedState state_if_unreadable = {};  ///< In place of `state` when the body is no feed.
  bool is_delta = false;                      ///< The body holds only what is new (RFC 3229).
  Reschedule reschedule = {};
};

/// Takes documents from the loop to the workers, and their results on to the ledger.
///
/// Thread: the loop's. When the workers' queue is full the document waits here and `on_full(true)`
/// is called: polls wait, nothing is dropped. Borrows loop, workers and ledger.
class Intake {
 public:
  Intake(loop::EventLoop& loop, loop::WorkerPool& workers, LedgerThread& ledger,
         std::function<void(bool is_full)> on_full);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake() = default;

  void take(FetchedDocument document);

  /// What the feed's last committed document held; with `is_delta` besides what it held before.
  void remember(const std::string& feed_key, SeenItems seen, bool is_delta = false) {
    seen_.remember(feed_key, std::move(seen), is_delta);
  }

  /// The rules for documents taken from now on.
  void use(std::shared_ptr<const topics::RuleSet> rules) { rules_ = std::move(rules); }

  [[nodiscard]] const std::shared_ptr<const topics::RuleSet>& rules() const { return rules_; }

  /// Items that reach this share of a topic's threshold without firing are told with what was
  /// learnt of their document; 0, which costs nothing, tells none.
  void watch_near(double share) { near_ = share; }

  [[nodiscard]] double near() const { return near_; }

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  bool submit(const std::shared_ptr<FetchedDocument>& document);
  void submit_waiting();

  loop::EventLoop& loop_;
  loop::WorkerPool& workers_;
  LedgerThread& ledger_;
  std::function<void(bool)> on_full_;
  std::shared_ptr<const topics::RuleSet> rules_;
  SeenMemory seen_;
  double near_ = 0;
  std::deque<std::shared_ptr<FetchedDocument>> waiting_;
  loop::Timer retry_;
};

}  // namespace tocsin::pipeline
