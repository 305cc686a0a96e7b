// SPDX-License-Identifier: Apache-2.0
#include "tocsin/gap_rule.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tocsin::plugin {

std::optional<Frame> GapRule::live(Frame frame) {
  if (frame.seq <= cursor_ || taken_.contains(frame.seq)) return std::nullopt;
  if (must_fetch_ || is_hole(frame)) {
    must_fetch_ = true;
    if (waiting_.size() < buffer_limit_) waiting_.push_back(std::move(frame));
    return std::nullopt;
  }
  take(frame);
  return frame;
}

void GapRule::head(std::uint64_t seq) {
  head_ = seq;
}

std::optional<GapRule::Ask> GapRule::next_ask() {
  if (under_way_) return std::nullopt;
  if (must_fetch_) {
    under_way_ = Fetch{.after = cursor_};
  } else if (head_ && *head_ > cursor_) {
    const auto known = std::distance(taken_.begin(), taken_.upper_bound(*head_));
    under_way_ =
        Check{.after = cursor_, .upto = *head_, .count = static_cast<std::uint64_t>(known)};
    head_.reset();
  } else {
    return std::nullopt;
  }
  return under_way_;
}

std::vector<Frame> GapRule::fetched(std::vector<Frame> records, std::uint64_t scanned_to,
                                    bool has_more) {
  under_way_.reset();
  std::vector<Frame> out;
  for (Frame& frame : records) {
    if (frame.seq <= cursor_ || taken_.contains(frame.seq)) continue;
    take(frame);
    out.push_back(std::move(frame));
  }
  move_to(scanned_to);
  must_fetch_ = has_more;
  if (has_more) return out;
  // What waited goes through the rule again; another hole makes another FETCH due.
  for (Frame& frame : std::exchange(waiting_, {})) {
    if (auto taken = live(std::move(frame))) out.push_back(std::move(*taken));
  }
  return out;
}

void GapRule::checked(std::uint64_t upto, bool is_equal) {
  under_way_.reset();
  if (is_equal) {
    move_to(upto);
  } else {
    must_fetch_ = true;
  }
}

void GapRule::gap(std::uint64_t floor) {
  under_way_.reset();
  must_fetch_ = true;
  if (floor > 0) move_to(floor - 1);
}

void GapRule::ask_failed() {
  if (!under_way_) return;
  // A CHECK without an answer is made good by a FETCH, which needs nothing of it.
  under_way_.reset();
  must_fetch_ = true;
}

std::optional<GapRule::Check> GapRule::last_check(std::uint64_t limit) {
  const auto end = taken_.upper_bound(limit);
  if (end == taken_.begin()) return std::nullopt;
  const auto known = std::distance(taken_.begin(), end);
  const Check check{
      .after = cursor_, .upto = *std::prev(end), .count = static_cast<std::uint64_t>(known)};
  under_way_ = check;
  return check;
}

bool GapRule::is_hole(const Frame& frame) const {
  return frame.prev > std::max(cursor_, last_on(frame.topic));
}

std::uint64_t GapRule::last_on(const std::string& topic) const {
  const auto it = last_.find(topic);
  return it == last_.end() ? 0 : it->second;
}

void GapRule::move_to(std::uint64_t cursor) {
  if (cursor <= cursor_) return;
  cursor_ = cursor;
  taken_.erase(taken_.begin(), taken_.upper_bound(cursor));
  std::erase_if(last_, [cursor](const auto& one) { return one.second <= cursor; });
}

void GapRule::take(const Frame& frame) {
  taken_.insert(frame.seq);
  auto& last = last_[frame.topic];
  last = std::max(last, frame.seq);
}

}  // namespace tocsin::plugin
