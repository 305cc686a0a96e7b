// SPDX-License-Identifier: Apache-2.0
#include "bus/connections.hpp"

#include <algorithm>

namespace tocsin::bus {
namespace {

/// A little longer than a handshake: libzmq's timer and ours are not one.
constexpr std::chrono::seconds youth = Connections::handshake_limit + std::chrono::seconds{1};

}  // namespace

void Connections::accepted(Door door, int descriptor, bool is_local, Instant now) {
  const Key key{door, descriptor};
  // Its last owner was cut without a word.
  if (const auto before = open_.find(key); before != open_.end()) forget(before);
  open_[key] = {.number = ++number_, .is_local = is_local};
  young_.push_back({.key = key, .number = number_, .since = now});
  grow_older(now);
}

void Connections::closed(Door door, int descriptor) {
  const auto connection = open_.find({door, descriptor});
  if (connection != open_.end()) forget(connection);
}

void Connections::cut_remote(Door door) {
  for (auto it = open_.begin(); it != open_.end();) {
    const bool is_cut = it->first.first == door && !it->second.is_local;
    it = is_cut ? forget(it) : std::next(it);
  }
}

Connections::Open::iterator Connections::forget(Open::iterator connection) {
  if (connection->second.is_settled) --settled_;
  return open_.erase(connection);
}

void Connections::admitted(Instant now) {
  admitted_.push_back(now);
  grow_older(now);
}

void Connections::grow_older(Instant now) {
  while (!admitted_.empty() && now - admitted_.front() >= youth) admitted_.pop_front();
  while (!young_.empty() && now - young_.front().since >= youth) {
    const auto connection = open_.find(young_.front().key);
    if (connection != open_.end() && connection->second.number == young_.front().number) {
      connection->second.is_settled = true;
      ++settled_;
    }
    young_.pop_front();
  }
}

bool Connections::has_room(Instant now) {
  grow_older(now);
  const std::size_t asking = 1;
  const std::size_t young = std::max(open_.size() - settled_, asking) - asking;
  return settled_ + std::min(young, admitted_.size()) < limit_;
}

std::size_t Connections::open(Door door) const {
  const auto is_of = [door](const auto& one) {
    return one.first.first == door;
  };
  return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), is_of));
}

}  // namespace tocsin::bus
