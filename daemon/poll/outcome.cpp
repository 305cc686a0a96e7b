// SPDX-License-Identifier: Apache-2.0
#include "poll/outcome.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/url.hpp"
#include "poll/habits.hpp"

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

void forget_redirect(FeedState& state) {
  state.moved_to.clear();
  state.moved_since.reset();
}

void follow_moves(FeedState& state, const FeedSpec& spec, const http::Response& response,
                  Time now) {
  const std::string target = http::permanent_target(response.redirects);
  if (target.empty()) {
    forget_redirect(state);
  } else if (target != state.moved_to || !state.moved_since || *state.moved_since > now) {
    // A time to come is of a clock that was wrong.
    state.moved_to = target;
    state.moved_since = now;
  } else if (now - *state.moved_since >= patience_with_moves) {
    state.current_url = target == spec.url ? std::string{} : target;
    forget_redirect(state);
  }
}

/// What was fetched elsewhere has other validators, and a redirect of its own.
void forget_move(FeedState& state) {
  state.current_url.clear();
  state.etag.clear();
  state.last_modified.clear();
  forget_redirect(state);
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

bool is_at_new_place(const FeedSpec& spec, const FeedState& state) {
  return spec.options->follows_moves && !state.current_url.empty() && !is_move_doubted(state);
}

void stop_feed(FeedState& state, Time now) {
  state.disabled_at = now;
  state.disabled_reason = "410 Gone";
  state.next_poll.reset();
}

}  // namespace

IntervalOptions interval_options(const PollOptions& options, const FeedSpec& spec) {
  IntervalOptions interval = options.interval;
  if (spec.options->interval) interval.fixed = spec.options->interval;
  interval.priority = spec.options->priority;
  return interval;
}

std::string url_of(const FeedSpec& spec, const FeedState& state) {
  if (!is_at_new_place(spec, state)) return spec.url;
  const Url listed = split_url(spec.url);
  Url current = split_url(state.current_url);
  if (http::is_same_party(listed, current) && current.user_info.empty()) {
    current.user_info = listed.user_info;
  }
  return to_string(current);
}

http::Request request_to(std::string url, const FeedSpec& spec, const PollOptions& options) {
  http::Request request;
  request.url = std::move(url);
  const FeedOptions& own = *spec.options;
  request.user_agent = own.user_agent.empty() ? options.user_agent : own.user_agent;
  request.route = own.route;
  // RFC 3229 "feed": a server that knows it sends only what is new.
  request.headers = {{"Accept",
                      "application/atom+xml, application/rss+xml, application/feed+json, "
                      "application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"},
                     {"A-IM", "feed"}};
  // The operator gave the secrets to the listed server; where that one sent us is another matter.
  if (http::is_same_party(split_url(spec.url), split_url(request.url))) {
    request.credential = own.credential;
    request.credential.headers.insert(request.credential.headers.end(), own.headers.begin(),
                                      own.headers.end());
  } else {
    request.route.certificate_file.clear();
    request.route.key_file.clear();
    request.route.key_password.clear();
  }
  request.body_limit = options.body_limit;
  request.max_redirects = options.max_redirects;
  request.connect_timeout = options.connect_timeout;
  request.total_timeout = options.total_timeout;
  request.wants_http2 = own.wants_http2;
  return request;
}

http::Request request_for(const FeedSpec& spec, const FeedState& state, const PollOptions& options,
                          Time now) {
  http::Request request = request_to(url_of(spec, state), spec, options);
  // A fetch that is yet to come is of a clock that was wrong.
  const bool is_recent = state.last_full_fetch && *state.last_full_fetch <= now &&
                         now - *state.last_full_fetch < longest_conditional;
  // Validators are of the place they came from.
  if (is_recent && !is_move_doubted(state)) {
    request.etag = state.etag;
    request.last_modified = state.last_modified;
  }
  return request;
}

FeedState listed_anew(FeedState state, const FeedSpec& spec) {
  if (!spec.options->follows_moves && !state.current_url.empty()) forget_move(state);
  return state;
}

namespace {

void after_success(FeedState& state, const FeedSpec& spec, const http::Response& response,
                   const PollMoment& moment) {
  // The listed URL answered in place of the doubted one: moves are watched for anew.
  if (is_move_doubted(state)) state.current_url.clear();
  forget_failures(state, moment.now);
  take_validators(state, response, moment.now);
  if (spec.options->follows_moves) {
    follow_moves(state, spec, response, moment.now);
  } else {
    state.current_url.clear();
    forget_redirect(state);
  }
  const IntervalOptions rules = interval_options(moment.options, spec);
  const Seconds wait = wait_by_habits(state, moment.now, response.max_age, rules);
  state.next_poll = moment.now + with_jitter(wait, spec.key, state.polls);
}

/// What the server asks for by Retry-After, where a status is defined to say so (RFC 6585 §4, RFC
/// 9110 §15.6.4). Elsewhere it is no word to go by.
std::optional<Seconds> asked_wait(const http::Response& response) {
  const bool is_told_to_wait = response.status == 429 || response.status == 503;
  return is_told_to_wait ? response.retry_after : std::nullopt;
}

/// A server that says when to come back is taken at its word, in place of a back-off that may be
/// hours longer; but nobody is polled more often for failing.
void after_failure(FeedState& state, const FeedSpec& spec, std::optional<Seconds> asked,
                   const PollMoment& moment) {
  const IntervalOptions rules = interval_options(moment.options, spec);
  const int failures = asked ? 1 : state.failures;
  Seconds wait = wait_after_failure(failures, state.interval, rules);
  if (asked) wait = std::max(wait, std::min(*asked, longest_retry_after));
  state.next_poll = moment.now + with_jitter(wait, spec.key, state.polls);
}

/// The new place of a moved feed is gone, which says nothing of the listed one: that is asked next.
void doubt_move(FeedState& state, const std::string& why) {
  state.failures = std::max(state.failures, patience_with_new_places - 1);
  count_failure(state, why);
}

}  // namespace

FeedState after_poll(const FeedState& before, const FeedSpec& spec,
                     const Result<http::Response>& outcome, const PollMoment& moment) {
  FeedState state = before;
  state.key = spec.key;
  state.listed_url = spec.url;
  ++state.polls;
  state.last_polled = moment.now;
  state.interval = interval_of(rhythm_of(before, moment.now), before.interval,
                               interval_options(moment.options, spec));
  if (!outcome) {
    count_failure(state, outcome.error().message);
    after_failure(state, spec, std::nullopt, moment);
    return state;
  }
  if (is_success(*outcome, moment)) {
    after_success(state, spec, *outcome, moment);
    return state;
  }
  const std::string why = "host '" + host_of(spec, before) + "': answered with status " +
                          std::to_string(outcome->status);
  const bool is_gone = outcome->status == 410;
  if (is_gone && is_at_new_place(spec, before)) {
    doubt_move(state, why);
  } else {
    count_failure(state, why);
    if (is_gone) {
      stop_feed(state, moment.now);
      return state;
    }
  }
  after_failure(state, spec, asked_wait(*outcome), moment);
  return state;
}

}  // namespace tocsin::poll
