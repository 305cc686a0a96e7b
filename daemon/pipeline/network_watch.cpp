// SPDX-License-Identifier: Apache-2.0
#include "pipeline/network_watch.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_set>

namespace tocsin::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr Time::duration longest_window = 15min;
constexpr Time::duration clock_slack = 60s;
constexpr std::size_t fewest_witnesses = 10;
constexpr std::size_t feeds_that_prove_it_back = 3;
constexpr std::size_t most_polls = 512;

}  // namespace

NetworkWatch::NetworkWatch(const NoticeOptions& options)
    : window_{std::min<Time::duration>(options.failing_after / 4, longest_window)} {}

void NetworkWatch::restore(std::optional<Time> down_since) {
  down_since_ = down_since;
  polls_.clear();
  back_.clear();
  suspected_since_.reset();
  watching_since_.reset();
}

std::optional<Notice> NetworkWatch::saw(std::string_view feed_key, const store::FeedState& before,
                                        const store::FeedState& after, Time now) {
  // A clock set back: what was seen lies ahead, and would hold single failures until then.
  const Time last = polls_.empty() ? watching_since_.value_or(now) : polls_.back().when;
  if (now < last - clock_slack) {
    restore(down_since_);
    back_at_ = {};
  }
  if (!watching_since_) watching_since_ = now;
  if (before.failing_told) return std::nullopt;
  const std::size_t feed = std::hash<std::string_view>{}(feed_key);
  const bool has_failed = after.failures > 0;
  polls_.push_back({.feed = feed, .when = now, .has_failed = has_failed});
  while (polls_.size() > most_polls || now - polls_.front().when > window_) polls_.pop_front();
  if (!down_since_) return has_failed ? judge_up(now) : std::nullopt;
  if (has_failed) return std::nullopt;
  if (before.failures > 0) back_.insert(feed);
  return judge_down(now);
}

bool NetworkWatch::holds(Time now) const {
  const bool is_fresh = !watching_since_ || now - *watching_since_ < window_ / 3;
  return down_since_ || suspected_since_ || is_fresh;
}

NetworkWatch::Share NetworkWatch::share() const {
  Share share;
  std::unordered_set<std::size_t> counted;
  for (auto poll = polls_.rbegin(); poll != polls_.rend(); ++poll) {
    if (!counted.insert(poll->feed).second) continue;  // its last poll counts
    ++share.feeds;
    if (poll->has_failed) ++share.failed;
  }
  return share;
}

std::optional<Notice> NetworkWatch::judge_up(Time now) {
  const Share seen = share();
  const bool is_bad = seen.feeds >= fewest_witnesses && seen.failed * 2 >= seen.feeds;
  if (!is_bad) {
    suspected_since_.reset();
    return std::nullopt;
  }
  if (!suspected_since_ || now - suspected_last_ > window_) suspected_since_ = now;
  suspected_last_ = now;
  if (now - *suspected_since_ < window_ / 3) return std::nullopt;
  down_since_ = now;
  suspected_since_.reset();
  back_.clear();
  return Notice{.kind = "daemon.network",
                .severity = severity_down,
                .summary = std::to_string(seen.failed) + " of the last " +
                           std::to_string(seen.feeds) +
                           " feeds polled fail, as when the network is down; single feeds are not "
                           "told until they answer again.",
                .condition = "down " + std::to_string(now.time_since_epoch().count())};
}

std::optional<Notice> NetworkWatch::judge_down(Time now) {
  const Share seen = share();
  const bool is_most = seen.feeds >= fewest_witnesses && seen.failed * 2 < seen.feeds;
  if (back_.size() < feeds_that_prove_it_back && !is_most) return std::nullopt;
  const Time since = *down_since_;
  down_since_.reset();
  back_at_ = now;
  return Notice{.kind = "daemon.network",
                .severity = 7,
                .summary = "Feeds answer again; most had failed when this was told at " +
                           minute_text(since) + ".",
                .condition = "up " + std::to_string(since.time_since_epoch().count())};
}

}  // namespace tocsin::pipeline
