// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/fetcher.hpp"
#include "loop/counter.hpp"
#include "loop/event_loop.hpp"
#include "poll/feed_book.hpp"
#include "poll/feed_spec.hpp"
#include "poll/habits.hpp"
#include "poll/poll_options.hpp"
#include "store/feed_state.hpp"

namespace tocsin::poll {

/// One poll's outcome, on its way to the pipeline. Nothing of it is remembered until `committed`.
struct Polled {
  FeedSpec feed{};
  store::FeedState proposed{};  ///< As it will be once committed, save for what the pipeline adds.
  Result<http::Response> outcome;
  /// To be committed instead when the body turns out to be no feed: the poll has failed then.
  store::FeedState proposed_if_unreadable{};
  bool is_usable = false;  ///< 2xx: there is a body to read.
  bool is_delta = false;   ///< 226: the body holds only what is new (RFC 3229).
  Pace pace{};  ///< For `paced`, to store with what the pipeline learnt the schedule that runs.
  std::chrono::milliseconds lateness{0};  ///< From when it was due until the request was started.
};

/// What the pipeline learnt of a poll, carried back by app with the committed state. What its
/// document said of itself (rhythm, ttl, skipHours …) is in that state.
struct Learned {
  std::size_t new_items = 0;
  bool gap_suspected = false;
};

/// What the poller counts. Any thread may read.
struct PollCounters {
  loop::Counter polls;         ///< Requests that came to an end.
  loop::Counter not_modified;  ///< Of these, answered 304.
  loop::Counter failed;        ///< Of these, failed.
  loop::Counter late;          ///< Of these, started more than a minute after they were due.
  loop::Counter milliseconds;  ///< From the start of each request to its end, added up.
  loop::Gauge listed;
  loop::Gauge failing;        ///< Listed feeds whose last poll failed.
  loop::Gauge stopped;        ///< Listed feeds that are gone (410) and no longer polled.
  loop::Gauge in_flight;      ///< Requests under way.
  loop::Gauge waiting;        ///< Feeds that are due and wait for their host.
  loop::Gauge crowded_hosts;  ///< Hosts with more feeds than the pause between requests lets in.
};

/// Decides which feed is fetched when, and fetches it: one request per host at a time. Holds what
/// is known of the feeds (FeedBook).
///
/// Thread: the loop's. Borrows fetcher and clock; calls `on_polled` from the loop, which must end
/// in `committed` (or `abandoned`) for the same key, sooner or later: until then the feed rests.
class Poller {
 public:
  using OnPolled = std::function<void(Polled)>;

  Poller(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock, PollOptions options);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  void on_polled(OnPolled callback);

  /// What the store holds. Once, before the first `reload`.
  void start_from(FeedBook stored);

  /// Starts with, or changes to, this list. A feed without state is due at once; one whose listed
  /// URL is not that of its state is as new, at the new URL. One that was stopped and comes back is
  /// asked again.
  void reload(std::vector<FeedSpec> feeds);

  /// The outcome is in the store: `state` is what memory now holds.
  void committed(const store::FeedState& state, const Learned& learned);

  /// The outcome was lost (the pipeline is stopping or could not store it): polled again with the
  /// old validators, after its interval.
  void abandoned(const std::string& key);

  /// Polls every feed that is not stopped once, due or not, and none again; calls back when the
  /// last outcome is committed or abandoned. Feeds of a host that asks for silence are left out.
  void poll_all_once(std::function<void()> on_complete);

  /// Makes one feed due now, also one that is stopped. False when no listed feed has this key.
  bool poll_now(const std::string& key);

  /// While paused nothing new is fetched: the workers are full, or the daemon is stopping.
  void set_paused(bool is_paused);

  /// While the store takes nothing one request a minute is started, to find out whether it does
  /// again: what is fetched is lost, and feeds keep what they have until they are polled anew.
  /// `poll_all_once`, which asks nobody twice, is not held up.
  void set_store_failing(bool is_failing);

  /// Starts what is due by the clock. Its own timer calls this; tests with a ManualClock do.
  void wake();

  [[nodiscard]] const FeedBook& feeds() const;
  [[nodiscard]] const PollCounters& counters() const;
  [[nodiscard]] std::size_t in_flight() const;
  /// When `wake` has something to do next, as far as the clock decides it.
  [[nodiscard]] std::optional<Time> next_wake() const;
  /// When the next feed is due; nothing when none is.
  [[nodiscard]] std::optional<Time> next_due() const;
  /// Feeds that have been due for more than a minute and could not be started. Looks at all feeds.
  [[nodiscard]] std::size_t late() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::poll
