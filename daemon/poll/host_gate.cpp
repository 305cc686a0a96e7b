// SPDX-License-Identifier: Apache-2.0
#include "poll/host_gate.hpp"

#include <algorithm>
#include <utility>

#include "poll/schedule.hpp"

namespace tocsin::poll {
namespace {

/// The queue whose first feed ranks first; null when nobody waits.
template <typename Waiting>
auto* first_queue(Waiting& queues) {
  decltype(&queues[0]) first = nullptr;
  for (auto& queue : queues) {
    if (queue.empty()) continue;
    const auto rank = [](const auto& one) {
      return rank_of(one.front().due, one.front().priority);
    };
    if (first == nullptr || rank(queue) < rank(*first)) first = &queue;
  }
  return first;
}

}  // namespace

void HostGate::enqueue(const std::string& host, const Waiting& feed, Time now) {
  auto& entry = *hosts_.try_emplace(host).first;
  auto& known = entry.second;
  known.waiting.at(static_cast<std::size_t>(feed.priority)).push_back(feed);
  ++waiting_;
  if (known.is_busy || known.ready_at) return;
  known.not_before = std::max(now, known.not_before);
  update(entry);
}

std::optional<HostGate::Turn> HostGate::take_ready(Time now) {
  // Who does not find its other host free waits for that one, which is not ready now.
  while (!ready_.empty() && ready_.begin()->at <= now) {
    auto& here = *ready_.begin()->host;
    drop_ready(here);
    auto* const queue = first_queue(here.second.waiting);
    Waiting next = std::move(queue->front());
    queue->pop_front();
    --waiting_;
    here.second.is_busy = true;
    if (take_also(next, now)) {
      return Turn{
          .host = here.first, .also = std::move(next.also), .feed = next.feed, .due = next.due};
    }
    wait_for_other(here, std::move(next), now);
  }
  return std::nullopt;
}

bool HostGate::take_also(const Waiting& feed, Time now) {
  if (feed.also.empty() || feed.holds_also) return true;
  auto& other = *hosts_.try_emplace(feed.also).first;
  if (other.second.is_busy || other.second.not_before > now) return false;
  drop_ready(other);
  other.second.is_busy = true;
  return true;
}

void HostGate::wait_for_other(Hosts::value_type& here, Waiting feed, Time now) {
  constexpr int patience = 4;
  auto& other = *hosts_.find(feed.also);
  // A host that asked for silence is not waited for while another is kept.
  const bool is_soon = other.second.not_before <= now + spacing_;
  feed.holds_also = ++feed.refusals > patience && is_soon && here.first < other.first;
  feed.also = here.first;
  auto& queue = other.second.waiting.at(static_cast<std::size_t>(feed.priority));
  const auto later = std::find_if(queue.begin(), queue.end(),
                                  [&feed](const Waiting& one) { return one.due > feed.due; });
  if (!feed.holds_also) here.second.is_busy = false;
  queue.insert(later, std::move(feed));
  ++waiting_;
  update(other);
  update(here);
}

void HostGate::release(const std::string& host, Time now) {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return;
  known->second.is_busy = false;
  known->second.not_before = std::max(known->second.not_before, now + spacing_);
  update(*known);
}

void HostGate::give_back(const std::string& host) {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return;
  known->second.is_busy = false;
  update(*known);
}

void HostGate::visited(const std::string& host, Time now) {
  bind(host, now + spacing_);
}

void HostGate::bind(const std::string& host, Time until) {
  auto& entry = *hosts_.try_emplace(host).first;
  entry.second.not_before = std::max(entry.second.not_before, until);
  for (auto& queue : entry.second.waiting) {
    for (Waiting& one : queue) {
      if (std::exchange(one.holds_also, false)) give_back(one.also);
    }
  }
  update(entry);
}

std::optional<Time> HostGate::next_ready() const {
  if (ready_.empty()) return std::nullopt;
  return ready_.begin()->at;
}

std::size_t HostGate::waiting_for(const std::string& host) const {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return 0;
  std::size_t waiting = 0;
  for (const auto& queue : known->second.waiting) waiting += queue.size();
  return waiting;
}

void HostGate::tidy(Time now) {
  // As many again as were left the last time: each host is looked at twice at most.
  constexpr std::size_t worth_it = 1024;
  if (hosts_.size() < tidy_above_) return;
  std::erase_if(hosts_, [now](const auto& one) {
    const Host& host = one.second;
    return !host.is_busy && !host.ready_at && host.not_before <= now;
  });
  tidy_above_ = hosts_.size() * 2 + worth_it;
}

void HostGate::shift(std::chrono::milliseconds by) {
  ready_.clear();
  for (auto& entry : hosts_) {
    entry.second.not_before += by;
    if (!entry.second.ready_at) continue;
    entry.second.ready_at.reset();
    update(entry);
  }
}

/// Puts the host where it now belongs among the ready.
void HostGate::update(Hosts::value_type& host) {
  drop_ready(host);
  if (host.second.is_busy || first_queue(host.second.waiting) == nullptr) return;
  host.second.serial = ++last_serial_;
  host.second.ready_at = host.second.not_before;
  ready_.insert({.at = host.second.not_before, .serial = last_serial_, .host = &host});
}

void HostGate::drop_ready(Hosts::value_type& host) {
  if (!host.second.ready_at) return;
  ready_.erase({.at = *host.second.ready_at, .serial = host.second.serial, .host = &host});
  host.second.ready_at.reset();
}

}  // namespace tocsin::poll
