// SPDX-License-Identifier: Apache-2.0
// One poll: from a host's turn to the outcome that goes to the pipeline.
#include <algorithm>
#include <utility>

#include "base/url.hpp"
#include "poll/poller_impl.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

/// Between two requests while the store takes nothing.
constexpr auto probe_pause = 60s;

std::string host_of(const std::string& url) {
  return split_url(url).host;
}

}  // namespace

/// The list may have changed while it waited.
bool Poller::Impl::is_still_wanted(const HostGate::Turn& turn, const std::string& host) const {
  return feeds_.is_listed(turn.feed) && (host == turn.host || host == turn.also);
}

void Poller::Impl::give_back(const HostGate::Turn& turn) {
  gate_.give_back(turn.host);
  if (!turn.also.empty()) gate_.give_back(turn.also);
}

void Poller::Impl::start_fetch(const HostGate::Turn& turn, Time now) {
  const FeedSpec spec = feeds_.spec(turn.feed);
  if (!crowded_.empty() && gate_.waiting_for(turn.host) == 0) crowded_.erase(turn.host);
  const std::string host = host_of(url_of(spec, feeds_.state(turn.feed)));
  if (!is_still_wanted(turn, host)) {
    give_back(turn);
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
  if (probes_store()) next_probe_ = now + probe_pause;
  http::Request request = request_for(spec, feeds_.state(turn.feed), options_, now);
  // Servers close an idle connection long before the next turn, unless others wait for theirs.
  request.keeps_connection = gate_.waiting_for(turn.host) > 0;
  const bool was_conditional = !request.etag.empty() || !request.last_modified.empty();
  underway_[turn.feed] = {.host = host,
                          .end = host == turn.host ? turn.also : turn.host,
                          .due = turn.due,
                          .started = now,
                          .was_conditional = was_conditional};
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
  if (!underway.end.empty()) gate_.release(underway.end, now);
  if (outcome) {
    heed_hosts(underway.host, *outcome, now);
    remember_end(feed, underway.host, *outcome);
  }
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
              .pace = pace_of(feed, underway.max_age),
              .lateness = underway.started - underway.due});
}

void Poller::Impl::remember_end(FeedNumber feed, const std::string& asked,
                                const http::Response& response) {
  std::string end = host_of(response.final_url);
  if (end.empty() || end == asked) {
    ends_.erase(feed);
  } else {
    ends_.insert_or_assign(feed, std::move(end));
  }
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

}  // namespace tocsin::poll
