// SPDX-License-Identifier: Apache-2.0
#include "poll/host_gate.hpp"

#include <algorithm>

namespace tocsin::poll {

void HostGate::enqueue(const std::string& host, FeedNumber feed, Time now) {
  Host& entry = hosts_[host];
  entry.waiting.push_back(feed);
  if (!entry.is_busy && !entry.ready_at) put_ready(host, entry, std::max(now, entry.not_before));
}

void HostGate::withdraw(const std::string& host, FeedNumber feed) {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return;
  auto& waiting = known->second.waiting;
  waiting.erase(std::remove(waiting.begin(), waiting.end(), feed), waiting.end());
  if (waiting.empty()) drop_ready(host, known->second);
}

std::optional<HostGate::Turn> HostGate::take_ready(Time now) {
  if (ready_.empty() || ready_.begin()->first > now) return std::nullopt;
  const std::string name = ready_.begin()->second;
  Host& host = hosts_.at(name);
  drop_ready(name, host);
  const FeedNumber feed = host.waiting.front();
  host.waiting.pop_front();
  host.is_busy = true;
  return Turn{.host = name, .feed = feed};
}

void HostGate::release(const std::string& host, Time now) {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return;
  Host& entry = known->second;
  entry.is_busy = false;
  entry.not_before = std::max(entry.not_before, now + spacing_);
  if (!entry.waiting.empty()) put_ready(host, entry, entry.not_before);
}

void HostGate::bind(const std::string& host, Time until) {
  Host& entry = hosts_[host];
  entry.not_before = std::max(entry.not_before, until);
  if (entry.ready_at) put_ready(host, entry, std::max(*entry.ready_at, entry.not_before));
}

std::optional<Time> HostGate::next_ready() const {
  if (ready_.empty()) return std::nullopt;
  return ready_.begin()->first;
}

void HostGate::tidy(Time now) {
  for (auto host = hosts_.begin(); host != hosts_.end();) {
    const Host& entry = host->second;
    const bool is_idle = !entry.is_busy && entry.waiting.empty() && entry.not_before <= now;
    host = is_idle ? hosts_.erase(host) : std::next(host);
  }
}

void HostGate::shift(std::chrono::milliseconds by) {
  ready_.clear();
  for (auto& [name, host] : hosts_) {
    host.not_before += by;
    if (!host.ready_at) continue;
    *host.ready_at += by;
    ready_.emplace(*host.ready_at, name);
  }
}

void HostGate::put_ready(const std::string& name, Host& host, Time at) {
  drop_ready(name, host);
  host.ready_at = at;
  ready_.emplace(at, name);
}

void HostGate::drop_ready(const std::string& name, Host& host) {
  if (host.ready_at) ready_.erase({*host.ready_at, name});
  host.ready_at.reset();
}

}  // namespace tocsin::poll
