// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"
#include "pipeline/examine.hpp"
#include "store/feed_state.hpp"

namespace tocsin::pipeline {

struct NoticeOptions {
  /// A feed fails when it failed three times in a row and for this long.
  std::chrono::milliseconds failing_after{std::chrono::hours{1}};
  /// A feed is silent after ten times its rhythm without a new item, and not before this.
  std::chrono::milliseconds silent_after{std::chrono::hours{24}};
};

/// Something an operator is told: an operator alert in the making.
struct Notice {
  std::string kind;       ///< "feed.failing"
  int severity = 5;       ///< 1 highest … 9.
  std::string summary;    ///< One sentence; no credential, no query string.
  std::string condition;  ///< What tells it from others of its kind and subject, for ever.
};

/// What one poll changed, once the pipeline has had its say.
struct FeedChange {
  const FeedInfo& feed;
  const store::FeedState& before;  ///< As stored; all default for a feed that is new.
  const store::FeedState& after;
  bool gap_suspected = false;
  Time now;
  bool holds_failures = false;  ///< So many feeds fail that single ones are not told.
  Time reliable_since{};        ///< Failures before this had a common cause.
};

/// What to tell of a poll, and the state that remembers it was told.
struct Noted {
  store::FeedState state;
  std::vector<Notice> notices;
};

/// Decides what operators are told of a feed. Pure.
///
/// feed.failing: three failures in a row over `failing_after`; once, and again after 1 and 7 days.
/// feed.stopped: 410, it is not polled any more. feed.silent: it answers, and nothing is new for
/// longer than its rhythm explains; only a feed whose rhythm stands on five dated items can be
/// silent. feed.recovered: it answers, or brings news, after one of these. feed.gap: items may have
/// been missed, at most once a day. feed.moved: it is fetched from another URL from now on.
[[nodiscard]] Noted notices_of(const FeedChange& change, const NoticeOptions& options);

/// "2019-03-02 12:00 UTC"
[[nodiscard]] std::string minute_text(Time time);

/// The alert, without its place in the log. Its id is a digest of kind, subject and condition.
/// `feed` is null for what concerns the daemon.
[[nodiscard]] alert::Alert operator_alert(const Notice& notice, const FeedInfo* feed, Time now);

}  // namespace tocsin::pipeline
