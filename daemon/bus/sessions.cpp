// SPDX-License-Identifier: Apache-2.0
#include "bus/sessions.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::bus {
namespace {

constexpr std::size_t most_departed = 1000;

}  // namespace

Session* Sessions::heard(const std::string& peer, Instant now) {
  const auto it = sessions_.find(peer);
  if (it == sessions_.end()) return nullptr;
  it->second.last_heard = now;
  return &it->second;
}

void Sessions::answered(const std::string& peer) {
  const auto it = sessions_.find(peer);
  if (it != sessions_.end() && it->second.waiting > 0) --it->second.waiting;
}

std::string Sessions::holder_of(const std::string& name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? std::string{} : it->second;
}

const Session* Sessions::find(const std::string& peer) const {
  const auto it = sessions_.find(peer);
  return it == sessions_.end() ? nullptr : &it->second;
}

Session& Sessions::open(const std::string& peer, Session session) {
  close(peer);
  if (!session.status.name.empty()) by_name_[session.status.name] = peer;
  departed_.erase(session.status.name);
  return sessions_.insert_or_assign(peer, std::move(session)).first->second;
}

void Sessions::close(const std::string& peer) {
  const auto it = sessions_.find(peer);
  if (it == sessions_.end()) return;
  const SubscriberStatus& status = it->second.status;
  const auto named = by_name_.find(status.name);
  if (named != by_name_.end() && named->second == peer) {
    by_name_.erase(named);
    if (!status.is_ok && departed_.size() < most_departed) {
      departed_.insert_or_assign(status.name, status).first->second.is_connected = false;
    }
  }
  sessions_.erase(it);
}

bool Sessions::had_halted(const std::string& name) const {
  const auto it = departed_.find(name);
  return it != departed_.end() && it->second.has_halted;
}

std::vector<std::string> Sessions::those(
    const std::function<bool(const Session& session)>& is_meant) const {
  std::vector<std::string> peers;
  for (const auto& [peer, session] : sessions_) {
    if (is_meant(session)) peers.push_back(peer);
  }
  return peers;
}

std::vector<std::string> Sessions::to_probe(Instant now, std::chrono::milliseconds quiet) {
  std::vector<std::string> peers;
  for (auto& [peer, session] : sessions_) {
    if (now - std::max(session.last_heard, session.last_probed) < quiet) continue;
    session.last_probed = now;
    peers.push_back(peer);
  }
  return peers;
}

std::vector<SubscriberStatus> Sessions::report(Instant now) const {
  std::vector<SubscriberStatus> report;
  for (const auto& [peer, session] : sessions_) {
    report.push_back(session.status);
    report.back().silent_for =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - session.last_heard);
  }
  for (const auto& [name, status] : departed_) report.push_back(status);
  std::sort(report.begin(), report.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return report;
}

}  // namespace tocsin::bus
