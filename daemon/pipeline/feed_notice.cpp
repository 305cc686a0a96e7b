// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed_notice.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/digest.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "pipeline/alert_builder.hpp"

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr int failures_told = 3;
constexpr int rhythms_of_silence = 10;
constexpr int items_for_a_rhythm = 5;
constexpr auto gap_pause = 24h;
constexpr std::size_t digits_of_an_id = 32;
constexpr std::size_t longest_reason = 300;
constexpr std::size_t longest_name = 200;

std::string number(Time time) {
  return std::to_string(time.time_since_epoch().count());
}

std::string name_of(const FeedInfo& feed) {
  const std::string name = without_secrets(feed.title.empty() ? feed.key : feed.title);
  return "Feed '" + escape_for_line(name, longest_name) + "'";
}

/// One poll's judgement: each rule reads `change` and writes `noted`.
class Judge {
 public:
  Judge(const FeedChange& change, const NoticeOptions& options)
      : change_{change},
        options_{options},
        noted_{.state = change.after, .notices = {}} {}

  [[nodiscard]] Noted judge() {
    believe_no_time_ahead();
    judge_failures();
    judge_stop();
    judge_silence();
    judge_gap();
    judge_move();
    return std::move(noted_);
  }

 private:
  /// What a clock that was ahead has stored would silence the feed until then.
  void believe_no_time_ahead() {
    store::FeedState& state = noted_.state;
    for (auto* time : {&state.failing_since, &state.failing_told, &state.silent_told,
                       &state.last_new, &state.gap_told}) {
      if (*time) *time = std::min(**time, change_.now);
    }
  }

  void tell(std::string kind, int severity, const std::string& predicate, std::string condition) {
    noted_.notices.push_back({.kind = std::move(kind),
                              .severity = severity,
                              .summary = name_of(change_.feed) + " " + predicate,
                              .condition = std::move(condition)});
  }

  void judge_failures() {
    store::FeedState& state = noted_.state;
    if (state.failures > 0) {
      if (!state.failing_since) state.failing_since = change_.now;
      if (!state.disabled_at) judge_failing(state);
      return;
    }
    if (state.failing_told && state.failing_since) {
      tell("feed.recovered", 7,
           "answers again; it had failed since " + minute_text(*state.failing_since) + ".",
           "failing " + number(*state.failing_since));
    }
    state.failing_since.reset();
    state.failing_told.reset();
  }

  /// How often a failure that began at `since` is told by `when`.
  [[nodiscard]] static int tellings(Time since, Time when) {
    return 1 + (when - since >= 24h ? 1 : 0) + (when - since >= 7 * 24h ? 1 : 0);
  }

  void judge_failing(store::FeedState& state) {
    const Time since = *state.failing_since;
    const Time counts_from = std::max(since, change_.reliable_since);
    const bool has_lasted =
        state.failures >= failures_told && change_.now - counts_from >= options_.failing_after;
    if (!has_lasted || change_.holds_failures) return;
    const int due = tellings(since, change_.now);
    if (state.failing_told && tellings(since, *state.failing_told) >= due) return;
    state.failing_told = change_.now;
    tell("feed.failing", 5,
         "has failed " + std::to_string(state.failures) + " times in a row since " +
             minute_text(since) + ": " + escape_for_line(state.last_error, longest_reason) + ".",
         number(since) + " " + std::to_string(due));
  }

  void judge_stop() {
    const store::FeedState& state = noted_.state;
    const auto& before = change_.before;
    if (state.disabled_at && !before.disabled_at) {
      tell("feed.stopped", 4,
           "is gone (" + escape_for_line(state.disabled_reason, longest_reason) +
               ") and is not polled any more.",
           number(*state.disabled_at));
    } else if (before.disabled_at && !state.disabled_at && state.failures == 0) {
      tell("feed.recovered", 7,
           "answers again; it had been stopped since " + minute_text(*before.disabled_at) + ".",
           "stopped " + number(*before.disabled_at));
    }
  }

  void judge_silence() {
    store::FeedState& state = noted_.state;
    if (state.failures > 0 || !state.last_new) return;
    const auto quiet = change_.now - *state.last_new;
    if (quiet <= 0s) {
      if (!state.silent_told) return;
      const Time since = change_.before.last_new.value_or(*state.silent_told);
      tell("feed.recovered", 7,
           "brings news again; the last before was of " + minute_text(since) + ".",
           "silent " + number(since));
      state.silent_told.reset();
      return;
    }
    if (change_.before.failures > 0) return;  // one thing at a time
    const bool has_rhythm = state.rhythm > 0s && state.rhythm_items >= items_for_a_rhythm;
    const auto longest =
        std::max<Time::duration>(rhythms_of_silence * state.rhythm, options_.silent_after);
    if (!has_rhythm || !state.baselined || state.silent_told || quiet < longest) return;
    state.silent_told = change_.now;
    tell("feed.silent", 6,
         "answers, but has brought nothing new since " + minute_text(*state.last_new) +
             "; an item every " + span_text(state.rhythm) + " was usual.",
         number(*state.last_new));
  }

  [[nodiscard]] static std::string span_text(std::chrono::seconds span) {
    if (span < 2min) return std::to_string(span.count()) + " s";
    if (span < 2h) return std::to_string(span / 1min) + " minutes";
    if (span < 48h) return std::to_string(span / 1h) + " hours";
    return std::to_string(span / 24h) + " days";
  }

  void judge_gap() {
    store::FeedState& state = noted_.state;
    if (!change_.gap_suspected) return;
    if (state.gap_told && change_.now - *state.gap_told < gap_pause) return;
    const auto untold = std::max<std::int64_t>(state.gaps - state.gaps_told, 1);
    const std::string times = untold == 1 ? "once" : std::to_string(untold) + " times";
    const std::string since = state.gap_told ? " since " + minute_text(*state.gap_told) : "";
    tell("feed.gap", 6,
         "may have lost items between two polls, " + times + since +
             ": nothing of the document before was left in the next.",
         number(change_.now));  // not their count, which begins anew with another URL
    state.gap_told = change_.now;
    state.gaps_told = state.gaps;
  }

  void judge_move() {
    const store::FeedState& after = noted_.state;
    const auto& before = change_.before;
    if (before.polls == 0 || before.current_url == after.current_url) return;
    const auto shown = [this](const std::string& url) {
      return redacted_url(url.empty() ? change_.feed.url : url);
    };
    const std::string condition = std::to_string(after.polls) + " " + after.current_url;
    if (after.current_url.empty()) {
      tell("feed.moved", 7,
           "is fetched from its listed URL again, " + shown({}) + ", and no more from " +
               shown(before.current_url) + ".",
           condition);
    } else {
      tell("feed.moved", 7,
           "has moved for good from " + shown(before.current_url) + " to " +
               shown(after.current_url) + ".",
           condition);
    }
  }

  const FeedChange& change_;
  const NoticeOptions& options_;
  Noted noted_;
};

}  // namespace

std::string minute_text(Time time) {
  std::string text = to_rfc3339(time).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

Noted notices_of(const FeedChange& change, const NoticeOptions& options) {
  return Judge{change, options}.judge();
}

alert::Alert operator_alert(const Notice& notice, const FeedInfo* feed, Time now) {
  alert::Alert alert;
  alert.kind = alert::Kind::operations;
  alert.severity = notice.severity;
  alert.match.topic = notice.kind;
  alert.summary = notice.summary;
  alert.subject = feed != nullptr ? without_secrets(feed->key) : "daemon";
  const std::string_view whose = feed != nullptr ? std::string_view{feed->key} : "";
  alert.id =
      sha256_hex_of_parts({"operations", notice.kind, whose, notice.condition}, digits_of_an_id);
  alert.first_id = alert.id;
  alert.group_key = notice.kind + "/" + alert.subject;
  alert.times.fetched = now;
  alert.times.matched = now;
  if (feed == nullptr) return alert;
  alert.source = source_of(*feed);
  return alert;
}

}  // namespace tocsin::pipeline
