// SPDX-License-Identifier: Apache-2.0
#include "poll/schedule.hpp"

namespace tocsin::poll {

void Schedule::put(FeedNumber feed, Time due) {
  remove(feed);
  due_.emplace(feed, due);
  by_time_.emplace(due, feed);
}

void Schedule::remove(FeedNumber feed) {
  const auto known = due_.find(feed);
  if (known == due_.end()) return;
  by_time_.erase({known->second, feed});
  due_.erase(known);
}

std::optional<FeedNumber> Schedule::take_due(Time now) {
  if (by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
  const FeedNumber feed = by_time_.begin()->second;
  remove(feed);
  return feed;
}

std::optional<Time> Schedule::next_due() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

void Schedule::shift(std::chrono::milliseconds by) {
  by_time_.clear();
  for (auto& [feed, due] : due_) {
    due += by;
    by_time_.emplace(due, feed);
  }
}

}  // namespace tocsin::poll
