// SPDX-License-Identifier: Apache-2.0
#include "poll/outcome.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/url.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

/// A permanent redirect that lasts this long is taken at its word.
constexpr auto patience_with_moves = std::chrono::hours{72};
/// A fetch without validators at least so often.
constexpr auto longest_conditional = std::chrono::hours{24};
/// So many failures in a row at the new place of a moved feed, and the listed one is asked again.
constexpr int patience_with_new_places = 3;
/// The longest that Retry-After can silence one feed.
constexpr auto longest_retry_after = std::chrono::hours{24 * 7};

void forget_failures(FeedState& state, Time now) {
  state.failures = 0;
  state.last_success = now;
  state.last_error.clear();
  state.disabled_at.reset();
  state.disabled_reason.clear();
}

void take_validators(FeedState& state, const http::Response& response, Time now) {
  if (response.status != 304) {
    state.etag = response.etag;
    state.last_modified = response.last_modified;
    // Only what is new is no full fetch: once a day the whole document is asked for.
    if (response.status != 226) state.last_full_fetch = now;
    return;
  }
  // A 304 need not repeat what did not change; what it does say is newer than what we hold.
  if (!response.etag.empty()) state.etag = response.etag;
  if (!response.last_modified.empty()) state.last_modified = response.last_modified;
}

/// The new place of a moved feed keeps failing: the move is doubted.
bool is_move_doubted(const FeedState& state) {
  return !state.current_url.empty() && state.failures >= patience_with_new_places;
}

void follow_moves(FeedState& state, const FeedSpec& spec, const http::Response& response,
                  Time now) {
  const std::string target = http::permanent_target(response.redirects);
  if (target.empty() || target == spec.url) {
    state.moved_to.clear();
    state.moved_since.reset();
  } else if (target != state.moved_to || !state.moved_since) {
    state.moved_to = target;
    state.moved_since = now;
  } else if (now - *state.moved_since >= patience_with_moves) {
    state.current_url = target;
    state.moved_to.clear();
    state.moved_since.reset();
  }
}

void count_failure(FeedState& state, const std::string& why) {
  ++state.failures;
  state.last_error = why;
  if (is_move_doubted(state)) state.last_error += "; the listed URL is tried again";
}

std::string host_of(const FeedSpec& spec, const FeedState& state) {
  return split_url(url_of(spec, state)).host;
}

/// A 304 that nobody asked for has no body to stand for.
bool is_success(const http::Response& response, const PollMoment& moment) {
  return response.is_ok() || (response.status == 304 && moment.was_conditional);
}

void stop_feed(FeedState& state, Time now) {
  state.disabled_at = now;
  state.disabled_reason = "410 Gone";
  state.next_poll.reset();
}

}  // namespace

IntervalOptions interval_options(const PollOptions& options, const FeedSpec& spec) {
  IntervalOptions interval = options.interval;
  if (spec.options.interval) interval.fixed = spec.options.interval;
  interval.priority = spec.options.priority;
  return interval;
}

std::string url_of(const FeedSpec& spec, const FeedState& state) {
  if (state.current_url.empty() || is_move_doubted(state)) return spec.url;
  const Url listed = split_url(spec.url);
  Url current = split_url(state.current_url);
  if (http::is_same_party(listed, current) && current.user_info.empty()) {
    current.user_info = listed.user_info;
  }
  return to_string(current);
}

http::Request request_for(const FeedSpec& spec, const FeedState& state, const PollOptions& options,
                          Time now) {
  http::Request request;
  request.url = url_of(spec, state);
  request.user_agent =
      spec.options.user_agent.empty() ? options.user_agent : spec.options.user_agent;
  // RFC 3229 "feed": a server that knows it sends only what is new.
  request.headers = {{"Accept",
                      "application/atom+xml, application/rss+xml, application/feed+json, "
                      "application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"},
                     {"A-IM", "feed"}};
  // The operator gave the secrets to the listed server; where that one sent us is another matter.
  if (http::is_same_party(split_url(spec.url), split_url(request.url))) {
    request.credential = spec.options.credential;
    request.credential.headers.insert(request.credential.headers.end(),
                                      spec.options.headers.begin(), spec.options.headers.end());
  }
  request.body_limit = options.body_limit;
  request.max_redirects = options.max_redirects;
  request.connect_timeout = options.connect_timeout;
  request.total_timeout = options.total_timeout;
  request.wants_http2 = spec.options.wants_http2;
  const bool is_recent =
      state.last_full_fetch && now - *state.last_full_fetch < longest_conditional;
  // Validators are of the place they came from.
  if (is_recent && !is_move_doubted(state)) {
    request.etag = state.etag;
    request.last_modified = state.last_modified;
  }
  return request;
}

FeedState after_poll(const FeedState& before, const FeedSpec& spec,
                     const Result<http::Response>& outcome, const PollMoment& moment) {
  const IntervalOptions rules = interval_options(moment.options, spec);
  const Time now = moment.now;
  FeedState state = before;
  state.key = spec.key;
  ++state.polls;
  state.last_polled = now;
  state.interval = interval_of({}, before.interval, rules);
  std::optional<Seconds> retry_after;
  if (outcome && is_success(*outcome, moment)) {
    // The listed URL answered in place of the doubted one: moves are watched for anew.
    if (is_move_doubted(before)) state.current_url.clear();
    forget_failures(state, now);
    take_validators(state, *outcome, now);
    follow_moves(state, spec, *outcome, now);
    const Seconds wait = wait_after_success(state.interval, outcome->max_age, rules);
    state.next_poll = now + with_jitter(wait, spec.key, state.polls);
    return state;
  }
  if (!outcome) {
    count_failure(state, outcome.error().message);
  } else {
    count_failure(state, "host '" + host_of(spec, before) + "': answered with status " +
                             std::to_string(outcome->status));
    retry_after = outcome->retry_after;
  }
  if (outcome && outcome->status == 410) {
    stop_feed(state, now);
    return state;
  }
  Seconds wait = wait_after_failure(state.failures, state.interval, rules);
  if (retry_after) wait = std::clamp<Seconds>(*retry_after, rules.floor, longest_retry_after);
  state.next_poll = now + with_jitter(wait, spec.key, state.polls);
  return state;
}

}  // namespace tocsin::poll
