// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/fetcher.hpp"
#include "poll/feed_spec.hpp"
#include "poll/poll_options.hpp"
#include "store/feed_state.hpp"

namespace tocsin::poll {

/// The longest that Retry-After can silence a feed or a host.
constexpr Seconds longest_retry_after = std::chrono::hours{24 * 7};

/// Where the feed is fetched: the listed URL, or that of a permanent move. The user in the listed
/// URL goes along while the move stays with the same party. After three failures in a row at the
/// new place it is the listed URL again.
[[nodiscard]] std::string url_of(const FeedSpec& spec, const store::FeedState& state);

/// A request of one of a feed's places, or of what might become one. What the operator keeps for
/// the listed server (credentials, headers, certificate) goes along to its party only.
[[nodiscard]] http::Request request_to(std::string url, const FeedSpec& spec,
                                       const PollOptions& options);

/// The request of the next poll: conditional, save once a day against servers whose 304 is stuck.
[[nodiscard]] http::Request request_for(const FeedSpec& spec, const store::FeedState& state,
                                        const PollOptions& options, Time now);

/// The stored state under the options of today: without its move, when the feed is to follow none.
[[nodiscard]] store::FeedState listed_anew(store::FeedState state, const FeedSpec& spec);

/// When a poll ended, and by which rules it is judged.
struct PollMoment {
  const PollOptions& options;
  Time now;
  bool was_conditional = true;  ///< The request carried validators.
};

/// The interval rules of one feed: the daemon's, with the feed's own interval and priority.
[[nodiscard]] IntervalOptions interval_options(const PollOptions& options, const FeedSpec& spec);

/// What a poll changes in a feed's state; the rest is for the pipeline to fill in (last_new, gaps,
/// baselined). Pure.
///
/// 2xx and 304 forget failures and take validators as one pair. 301 and 308 all the way move the
/// feed once they were seen for three days, also back to the listed URL. 410 stops it; at a moved
/// feed's new place it makes the listed URL the next to be asked. All else is a failure, which
/// waits twice as long each time; or, after a 429 or 503 with Retry-After, as long as that says and
/// the feed's interval at least.
[[nodiscard]] store::FeedState after_poll(const store::FeedState& before, const FeedSpec& spec,
                                          const Result<http::Response>& outcome,
                                          const PollMoment& moment);

}  // namespace tocsin::poll
