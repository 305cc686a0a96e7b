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
  // Once more, by the rules that hold now: the list may have changed since.
  const FeedState now = paced(state, learned.gap_suspected, pace_of(*feed, underway.max_age));
  feeds_.set_state(*feed, now);
  settle(*feed, now.next_poll.value_or(clock_.now()));
  if (learned.new_items > 0 && before.baselined) poll_siblings(*feed);
}

Pace Poller::Impl::pace_of(FeedNumber feed, std::optional<Seconds> max_age) const {
  const FeedState before = feeds_.state(feed);
  return {.rules = interval_options(options_, feeds_.spec(feed)),
          .interval_before = before.interval,
          .is_first = before.polls == 0,
          .max_age = max_age};
}

void Poller::Impl::abandoned(const std::string& key) {
  const auto feed = find_committing(key);
  if (!feed) return;
  const FeedState state = feeds_.state(*feed);
  const IntervalOptions rules = interval_options(options_, feeds_.spec(*feed));
  const Seconds wait = std::max(state.interval, rules.fixed.value_or(rules.floor));
  settle(*feed, clock_.now() + with_jitter(wait, state.key, state.polls));
}

/// The poll is over in every respect.
void Poller::Impl::settle(FeedNumber feed, Time next) {
  phases_[feed] = Phase::resting;
  underway_.erase(feed);
  once_left_.erase(feed);
  if (!feeds_.is_listed(feed)) ends_.erase(feed);
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

void Poller::Impl::set_store_failing(bool is_failing) {
  if (is_failing == is_store_failing_) return;
  is_store_failing_ = is_failing;
  next_probe_ = clock_.now();
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
    next_probe_ += now - last_wake_;
  }
  last_wake_ = now;
}

bool Poller::Impl::may_start(Time now) const {
  if (is_paused_ || in_flight_ >= options_.max_in_flight) return false;
  return !probes_store() || now >= next_probe_;
}

void Poller::Impl::start_due(Time now) {
  while (may_start(now)) {
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
  HostGate::Waiting waiting{.feed = due.feed, .due = due.at, .priority = priority};
  // Where redirects meet is more crowded than where they come from.
  const std::string end = end_of(due.feed, host);
  if (!end.empty()) waiting.also = host;
  const std::string& first = end.empty() ? host : end;
  gate_.enqueue(first, waiting, now);
  if (gate_.waiting_for(first) * options_.host_spacing > longest_queue) notice_crowd(first);
}

/// The other host that a poll of the feed will come to by redirects; empty when none is known.
std::string Poller::Impl::end_of(FeedNumber feed, const std::string& asked) const {
  const auto known = ends_.find(feed);
  std::string end = known == ends_.end() ? host_of(feeds_.state(feed).moved_to) : known->second;
  if (end == asked) end.clear();
  return end;
}

void Poller::Impl::notice_crowd(const std::string& host) {
  if (!crowded_.insert(host).second) return;
  log::warn("host has more feeds than the pause between requests lets in; they are polled in turn",
            {{"host", host}, {"pause_ms", options_.host_spacing.count()}});
}

void Poller::Impl::leave_out_silent_hosts(Time now) {
  // Spacing is waited for, a host's wish for silence is not.
  const Time latest = now + std::max(options_.host_spacing, options_.total_timeout) + 1s;
  const auto next = gate_.next_ready();
  if (!next || *next <= latest || in_flight_ > 0) return;
  while (const auto turn = gate_.take_ready(Time::max())) {
    give_back(*turn);
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
  const auto next = due && ready ? std::min(due, ready) : std::max(due, ready);
  return next && probes_store() ? std::max(*next, next_probe_) : next;
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

void Poller::set_store_failing(bool is_failing) {
  impl_->set_store_failing(is_failing);
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
