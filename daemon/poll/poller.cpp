// SPDX-License-Identifier: Apache-2.0
#include "poll/poller.hpp"

#include <algorithm>
#include <utility>

#include "base/url.hpp"
#include "log/log.hpp"
#include "poll/habits.hpp"
#include "poll/poller_impl.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

/// A feed whose outcome the pipeline could not store waits this long, with its old validators.
constexpr auto pause_after_loss = 60s;
/// Later than this and it counts as late.
constexpr auto patience = 60s;
/// A host's feeds that would have to wait so long for each other are too many for it.
constexpr auto longest_queue = 10min;

std::string host_of(const std::string& url) {
  return split_url(url).host;
}

}  // namespace

Poller::Impl::Impl(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock,
                   PollOptions options)
    : fetcher_{fetcher},
      clock_{clock},
      options_{std::move(options)},
      gate_{options_.host_spacing},
      timer_{loop, [this] {
               wake();
             }} {}

void Poller::Impl::schedule(FeedNumber feed, Time due) {
  if (!is_once_) schedule_.put(feed, due, feeds_.options(feed).priority);
}

std::optional<FeedNumber> Poller::Impl::find_committing(const std::string& key) const {
  const auto feed = feeds_.find(key);
  if (!feed || phases_[*feed] != Phase::being_committed) return std::nullopt;
  return feed;
}

void Poller::Impl::committed(const FeedState& state, const Learned& learned) {
  const auto feed = find_committing(state.key);
  if (!feed) return;
  const Underway underway = underway_.at(*feed);
  if (underway.is_outdated) {
    settle(*feed, clock_.now());
    return;
  }
  const FeedState before = feeds_.state(*feed);
  const FeedSpec spec = feeds_.spec(*feed);
  FeedState now = state;
  if (now.failures == 0 && now.last_polled && !now.disabled_at) {
    const IntervalOptions rules = interval_options(options_, spec);
    now.interval = interval_of(rhythm_of(now, *now.last_polled), before.interval, rules);
    if (learned.gap_suspected && before.interval.count() > 0) {
      now.interval = std::min(now.interval, interval_after_gap(before.interval, rules));
    }
    const Seconds wait = learned.gap_suspected
                             ? now.interval
                             : wait_by_habits(now, *now.last_polled, underway.max_age, rules);
    const bool is_first = before.polls == 0 && !rules.fixed;
    now.next_poll = *now.last_polled + (is_first ? first_wait(wait, now.key, rules.floor)
                                                 : with_jitter(wait, now.key, now.polls));
  }
  feeds_.set_state(*feed, now);
  settle(*feed, now.next_poll.value_or(clock_.now()));
  if (learned.new_items > 0 && before.baselined) poll_siblings(*feed);
}

void Poller::Impl::abandoned(const std::string& key) {
  if (const auto feed = find_committing(key)) settle(*feed, clock_.now() + pause_after_loss);
}

/// The poll is over in every respect.
void Poller::Impl::settle(FeedNumber feed, Time next) {
  phases_[feed] = Phase::resting;
  underway_.erase(feed);
  once_left_.erase(feed);
  if (feeds_.is_listed(feed) && !feeds_.state(feed).disabled_at) schedule(feed, next);
  show_gauges();
  arm_timer();
}

void Poller::Impl::poll_all_once(std::function<void()> on_complete) {
  on_complete_ = std::move(on_complete);
  const Time now = clock_.now();
  for (FeedNumber feed = 0; feed < feeds_.size(); ++feed) {
    if (!feeds_.is_listed(feed) || feeds_.state(feed).disabled_at) continue;
    once_left_.insert(feed);
    if (phases_[feed] == Phase::resting) schedule(feed, now);
  }
  is_once_ = true;
  arm_timer();
}

bool Poller::Impl::poll_now(const std::string& key) {
  const auto feed = feeds_.find(key);
  if (!feed || !feeds_.is_listed(*feed)) return false;
  if (phases_[*feed] == Phase::resting) schedule(*feed, clock_.now());
  arm_timer();
  return true;
}

void Poller::Impl::set_paused(bool is_paused) {
  is_paused_ = is_paused;
  arm_timer();
}

void Poller::Impl::wake() {
  const Time now = clock_.now();
  follow_clock(now);
  gate_.tidy(now);
  if (is_once_) leave_out_silent_hosts(now);
  start_due(now);
  show_gauges();
  if (is_once_ && once_left_.empty() && on_complete_) {
    const auto on_complete = std::exchange(on_complete_, nullptr);
    on_complete();
    return;
  }
  arm_timer();
}

/// A clock that was set back would leave every feed unpolled for as long.
void Poller::Impl::follow_clock(Time now) {
  constexpr auto noticed = 60s;
  if (now + noticed < last_wake_) {
    schedule_.shift(now - last_wake_);
    gate_.shift(now - last_wake_);
  }
  last_wake_ = now;
}

void Poller::Impl::start_due(Time now) {
  while (!is_paused_ && in_flight_ < options_.max_in_flight) {
    if (const auto turn = gate_.take_ready(now)) {
      start_fetch(*turn, now);
      continue;
    }
    const auto due = schedule_.take_due(now);
    if (!due) break;
    enqueue(*due, now);
  }
}

void Poller::Impl::enqueue(const Schedule::Due& due, Time now) {
  phases_[due.feed] = Phase::waiting;
  const std::string host = host_of(url_of(feeds_.spec(due.feed), feeds_.state(due.feed)));
  const Priority priority = feeds_.options(due.feed).priority;
  gate_.enqueue(host, {.feed = due.feed, .due = due.at, .priority = priority}, now);
  if (gate_.waiting_for(host) * options_.host_spacing > longest_queue) notice_crowd(host);
}

void Poller::Impl::notice_crowd(const std::string& host) {
  if (!crowded_.insert(host).second) return;
  log::warn("host has more feeds than the pause between requests lets in; they are polled in turn",
            {{"host", host}, {"pause_ms", options_.host_spacing.count()}});
}

/// The list may have changed while it waited.
bool Poller::Impl::is_still_wanted(const HostGate::Turn& turn, const FeedSpec& spec) const {
  return feeds_.is_listed(turn.feed) && host_of(url_of(spec, feeds_.state(turn.feed))) == turn.host;
}

void Poller::Impl::start_fetch(const HostGate::Turn& turn, Time now) {
  const FeedSpec spec = feeds_.spec(turn.feed);
  if (!crowded_.empty() && gate_.waiting_for(turn.host) == 0) crowded_.erase(turn.host);
  if (!is_still_wanted(turn, spec)) {
    gate_.give_back(turn.host);
    phases_[turn.feed] = Phase::resting;
    if (feeds_.is_listed(turn.feed)) {
      schedule_.put(turn.feed, now, spec.options->priority);
    } else {
      once_left_.erase(turn.feed);
    }
    return;
  }
  phases_[turn.feed] = Phase::fetching;
  ++in_flight_;
  http::Request request = request_for(spec, feeds_.state(turn.feed), options_, now);
  const bool was_conditional = !request.etag.empty() || !request.last_modified.empty();
  underway_[turn.feed] = {
      .host = turn.host, .due = turn.due, .started = now, .was_conditional = was_conditional};
  const std::weak_ptr<bool> alive = alive_;
  fetcher_.start(std::move(request),
                 [this, alive, feed = turn.feed](Result<http::Response> outcome) {
                   if (alive.expired()) return;  // the poller went before the fetcher
                   on_fetched(feed, std::move(outcome));
                 });
}

void Poller::Impl::on_fetched(FeedNumber feed, Result<http::Response> outcome) {
  const Time now = clock_.now();
  --in_flight_;
  Underway& underway = underway_.at(feed);
  gate_.release(underway.host, now);
  if (outcome) heed_hosts(underway.host, *outcome, now);
  count(underway, outcome, now);
  if (underway.is_outdated || !feeds_.is_listed(feed)) {
    settle(feed, now);
    return;
  }
  phases_[feed] = Phase::being_committed;
  underway.max_age = outcome ? outcome->max_age : std::nullopt;
  arm_timer();
  if (on_polled_) hand_over(feed, Underway{underway}, std::move(outcome));
}

void Poller::Impl::hand_over(FeedNumber feed, const Underway& underway,
                             Result<http::Response> outcome) {
  const FeedState before = feeds_.state(feed);
  const PollMoment moment{
      .options = options_, .now = clock_.now(), .was_conditional = underway.was_conditional};
  FeedSpec spec = feeds_.spec(feed);
  FeedState proposed = after_poll(before, spec, outcome, moment);
  const bool is_usable = outcome && outcome->is_ok();
  FeedState unreadable;
  if (is_usable) {
    const Result<http::Response> no_feed = fail(Errc::invalid_input, "the document is no feed");
    unreadable = after_poll(before, spec, no_feed, moment);
  }
  const bool is_delta = outcome && outcome->status == 226;
  on_polled_({.feed = std::move(spec),
              .proposed = std::move(proposed),
              .outcome = std::move(outcome),
              .proposed_if_unreadable = std::move(unreadable),
              .is_usable = is_usable,
              .is_delta = is_delta,
              .lateness = underway.started - underway.due});
}

void Poller::Impl::count(const Underway& underway, const Result<http::Response>& outcome,
                         Time now) {
  const auto took = std::max(now - underway.started, Time::duration{0});
  counters_.polls.add();
  counters_.milliseconds.add(static_cast<std::uint64_t>(took.count()));
  if (underway.started - underway.due > patience) counters_.late.add();
  if (outcome && outcome->status == 304) {
    counters_.not_modified.add();
  } else if (!outcome || !outcome->is_ok()) {
    counters_.failed.add();
  }
}

/// Manners are owed to every server that the request came to, and what the last one asked for to
/// that one.
void Poller::Impl::heed_hosts(const std::string& asked, const http::Response& response, Time now) {
  for (const http::Redirect& redirect : response.redirects) {
    const std::string host = host_of(redirect.to);
    if (host != asked) gate_.visited(host, now);
  }
  const bool is_told_to_wait = response.status == 429 || response.status == 503;
  if (!is_told_to_wait || !response.retry_after) return;
  const Seconds wait = std::min<Seconds>(*response.retry_after, longest_retry_after);
  gate_.bind(response.final_url.empty() ? asked : host_of(response.final_url), now + wait);
}

void Poller::Impl::leave_out_silent_hosts(Time now) {
  // Spacing is waited for, a host's wish for silence is not.
  const Time latest = now + std::max(options_.host_spacing, options_.total_timeout) + 1s;
  const auto next = gate_.next_ready();
  if (!next || *next <= latest || in_flight_ > 0) return;
  while (const auto turn = gate_.take_ready(Time::max())) {
    gate_.give_back(turn->host);
    phases_[turn->feed] = Phase::resting;
    once_left_.erase(turn->feed);
  }
}

std::size_t Poller::Impl::late() const {
  return schedule_.due_before(clock_.now() - patience);
}

void Poller::Impl::show_gauges() {
  const auto show = [](loop::Gauge& gauge, std::size_t value) {
    gauge.set(static_cast<std::int64_t>(value));
  };
  show(counters_.listed, feeds_.listed());
  show(counters_.failing, feeds_.failing());
  show(counters_.stopped, feeds_.stopped());
  show(counters_.in_flight, in_flight_);
  show(counters_.waiting, gate_.waiting());
  show(counters_.crowded_hosts, crowded_.size());
}

std::optional<Time> Poller::Impl::next_wake() const {
  if (is_paused_ || in_flight_ >= options_.max_in_flight) return std::nullopt;
  const auto due = schedule_.next_due();
  const auto ready = gate_.next_ready();
  return due && ready ? std::min(due, ready) : std::max(due, ready);
}

void Poller::Impl::arm_timer() {
  // A minute, to notice that the clock was set; less in a run that ends, to notice its end.
  const std::chrono::milliseconds longest = is_once_ ? 50ms : 60s;
  const Time now = clock_.now();
  const Time next = next_wake().value_or(now + longest);
  timer_.fire_after(std::clamp<std::chrono::milliseconds>(next - now, 0ms, longest));
}

Poller::Poller(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock,
               PollOptions options)
    : impl_{std::make_unique<Impl>(loop, fetcher, clock, std::move(options))} {}

Poller::~Poller() = default;

void Poller::on_polled(OnPolled callback) {
  impl_->on_polled(std::move(callback));
}

void Poller::start_from(FeedBook stored) {
  impl_->start_from(std::move(stored));
}

void Poller::reload(std::vector<FeedSpec> feeds) {
  impl_->reload(std::move(feeds));
}

void Poller::committed(const FeedState& state, const Learned& learned) {
  impl_->committed(state, learned);
}

void Poller::abandoned(const std::string& key) {
  impl_->abandoned(key);
}

void Poller::poll_all_once(std::function<void()> on_complete) {
  impl_->poll_all_once(std::move(on_complete));
}

bool Poller::poll_now(const std::string& key) {
  return impl_->poll_now(key);
}

void Poller::set_paused(bool is_paused) {
  impl_->set_paused(is_paused);
}

void Poller::wake() {
  impl_->wake();
}

std::size_t Poller::in_flight() const {
  return impl_->in_flight();
}

const FeedBook& Poller::feeds() const {
  return impl_->feeds();
}

const PollCounters& Poller::counters() const {
  return impl_->counters();
}

std::size_t Poller::late() const {
  return impl_->late();
}

std::optional<Time> Poller::next_wake() const {
  return impl_->next_wake();
}

std::optional<Time> Poller::next_due() const {
  return impl_->next_due();
}

}  // namespace tocsin::poll
