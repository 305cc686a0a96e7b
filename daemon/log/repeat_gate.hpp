// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

namespace tocsin::log {

/// Lets a repeating failure be told on its 1st, 2nd, 4th, 8th … time, for each key apart.
///
///   if (gate.should_tell(key)) log::warn("feed failing", {{"times", gate.times(key)}});
///
/// Remembers at most `limit` keys; the one counted longest ago is forgotten first. Thread: one.
class RepeatGate {
 public:
  /// `limit` is at least 1.
  explicit RepeatGate(std::size_t limit = 4096) : limit_{limit} {}

  /// Counts one more time. True when this time should be told.
  [[nodiscard]] bool should_tell(const std::string& key);

  /// How often `key` was counted since it last ended.
  [[nodiscard]] std::uint64_t times(const std::string& key) const;

  /// The failure is over. True when it had been told, so that its end is worth a line as well.
  bool ended(const std::string& key);

 private:
  struct Repeat {
    std::string key;
    std::uint64_t times = 0;
  };

  std::size_t limit_;
  std::list<Repeat> recent_;  // the last counted first
  std::unordered_map<std::string, std::list<Repeat>::iterator> by_key_;
};

}  // namespace tocsin::log
