// SPDX-License-Identifier: Apache-2.0
// How the poller takes a list of feeds and a change of it, and what feeds of one host mean to each
// other.
#include <algorithm>
#include <utility>

#include "poll/poller_impl.hpp"

namespace tocsin::poll {

using namespace std::chrono_literals;
using store::FeedState;

/// So many feeds of a publisher are polled sooner when one of them brings news.
constexpr std::size_t most_siblings = 8;

void Poller::Impl::start_from(FeedBook stored) {
  feeds_ = std::move(stored);
  phases_.assign(feeds_.size(), Phase::resting);
}

void Poller::Impl::reload(std::vector<FeedSpec> specs) {
  feeds_.reserve(specs.size());
  phases_.reserve(specs.size());
  schedule_.reserve(specs.size());
  std::vector<bool> is_gone(feeds_.size());
  for (FeedNumber feed = 0; feed < feeds_.size(); ++feed) is_gone[feed] = feeds_.is_listed(feed);
  for (const FeedSpec& spec : specs) {
    const auto known = feeds_.find(spec.key);
    if (known && feeds_.is_listed(*known)) {
      if (*known < is_gone.size()) is_gone[*known] = false;
      change(*known, spec);
    } else {
      add(spec);
    }
  }
  for (FeedNumber feed = 0; feed < is_gone.size(); ++feed) {
    if (!is_gone[feed]) continue;
    schedule_.remove(feed);
    feeds_.unlist(feed);
    // What is under way or waiting finds out when its turn comes.
    if (phases_[feed] == Phase::resting) once_left_.erase(feed);
  }
  publishers_ = Publishers{feeds_};
  has_list_ = true;
  show_gauges();
  arm_timer();
}

void Poller::Impl::add(const FeedSpec& spec) {
  if (const auto known = feeds_.find(spec.key); known && is_at_another_url(*known, spec)) {
    start_anew(*known, spec);
    return;
  }
  const FeedNumber feed = feeds_.list(spec);
  phases_.resize(feeds_.size(), Phase::resting);
  FeedState state = listed_anew(feeds_.state(feed), spec);
  // At the start a stopped feed stays stopped; one that is put into the list is to be asked.
  if (has_list_ && state.disabled_at) {
    state.disabled_at.reset();
    state.disabled_reason.clear();
    state.failures = 0;
  }
  feeds_.set_state(feed, state);
  const bool is_stopped = state.disabled_at.has_value();
  if (!is_stopped && phases_[feed] == Phase::resting) schedule(feed, plausible_due(state, spec));
}

/// Whether the URL was changed while the feed was not listed, or the daemon not running.
bool Poller::Impl::is_at_another_url(FeedNumber feed, const FeedSpec& spec) const {
  const std::string before = feeds_.state(feed).listed_url;
  if (!before.empty()) return before != spec.url;
  return underway_.count(feed) > 0 && feeds_.url(feed) != spec.url;
}

void Poller::Impl::change(FeedNumber feed, const FeedSpec& spec) {
  if (feeds_.url(feed) != spec.url) {
    start_anew(feed, spec);
    return;
  }
  const auto interval_before = feeds_.options(feed).interval;
  const FeedState before = feeds_.state(feed);
  feeds_.list(spec);
  const FeedState state = listed_anew(before, spec);
  const bool has_lost_move = state.current_url != before.current_url;
  if (has_lost_move) feeds_.set_state(feed, state);
  if (phases_[feed] != Phase::resting || state.disabled_at) return;
  const bool is_due = has_lost_move || interval_before != spec.options->interval;
  schedule(feed, is_due ? clock_.now() : schedule_.due(feed).value_or(clock_.now()));
}

/// At another URL it is another feed, save that its first sight is over.
void Poller::Impl::start_anew(FeedNumber feed, const FeedSpec& spec) {
  FeedState fresh;
  fresh.key = spec.key;
  fresh.listed_url = spec.url;
  const FeedState before = feeds_.state(feed);
  fresh.polls = before.polls;
  fresh.baselined = before.baselined;
  feeds_.list(spec);
  feeds_.set_state(feed, fresh);
  ends_.erase(feed);
  if (const auto one = underway_.find(feed); one != underway_.end()) {
    one->second.is_outdated = true;
  } else if (phases_[feed] == Phase::resting) {
    schedule(feed, clock_.now());
  }
}

/// When the stored state would have it polled; now, when no state we write could say so: the clock
/// was wrong then.
Time Poller::Impl::plausible_due(const FeedState& state, const FeedSpec& spec) const {
  const Time now = clock_.now();
  if (!state.next_poll) return now;
  const IntervalOptions rules = interval_options(options_, spec);
  const Seconds longest = std::max({rules.ceiling, rules.failure_ceiling, longest_retry_after,
                                    rules.fixed.value_or(Seconds{0})});
  return *state.next_poll <= now + longest + longest / 10 ? *state.next_poll : now;
}

/// What one of a publisher's feeds brought, the others may have too.
void Poller::Impl::poll_siblings(FeedNumber feed) {
  const Time now = clock_.now();
  std::vector<std::pair<Time, FeedNumber>> siblings;  // those polled longest ago first
  for (const auto& [host, sibling] : publishers_.feeds_beside(feeds_.url(feed))) {
    if (sibling == feed || feeds_.options(sibling).interval) continue;
    const FeedState state = feeds_.state(sibling);
    if (state.failures > 0 || !state.last_polled) continue;
    const Time soonest = std::max(now, *state.last_polled + options_.interval.floor);
    const auto due = schedule_.due(sibling);
    if (due && *due > soonest) siblings.emplace_back(soonest, sibling);
  }
  std::sort(siblings.begin(), siblings.end());
  if (siblings.size() > most_siblings) siblings.resize(most_siblings);
  for (const auto& [soonest, sibling] : siblings) schedule(sibling, soonest);
  arm_timer();
}

}  // namespace tocsin::poll
