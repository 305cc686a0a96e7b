// SPDX-License-Identifier: Apache-2.0
#include "log/repeat_gate.hpp"

#include <bit>

namespace tocsin::log {

bool RepeatGate::should_tell(const std::string& key) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    recent_.splice(recent_.begin(), recent_, known->second);
  } else {
    recent_.push_front({.key = key});
    by_key_[key] = recent_.begin();
  }
  if (recent_.size() > limit_) {
    by_key_.erase(recent_.back().key);
    recent_.pop_back();
  }
  return std::has_single_bit(++recent_.front().times);
}

std::uint64_t RepeatGate::times(const std::string& key) const {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? 0 : known->second->times;
}

bool RepeatGate::ended(const std::string& key) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return false;
  recent_.erase(known->second);
  by_key_.erase(known);
  return true;
}

}  // namespace tocsin::log
