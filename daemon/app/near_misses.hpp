// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "pipeline/ledger.hpp"

namespace tocsin::app {

/// The last near misses, for `tocsin tail --near`, which asks for those after the last it had. What
/// is older than the last 500 is forgotten: a person watches, nothing depends on it.
///
/// Thread: the loop's.
class NearMisses {
 public:
  struct Numbered {
    std::uint64_t number = 0;  ///< From 1, one after the other.
    pipeline::NearMiss miss;
  };

  void add(const std::vector<pipeline::NearMiss>& misses) {
    for (const pipeline::NearMiss& miss : misses) {
      kept_.push_back({.number = ++last_, .miss = miss});
      if (kept_.size() > most_kept) kept_.pop_front();
    }
  }

  /// Number of the newest; 0 before the first.
  [[nodiscard]] std::uint64_t last() const { return last_; }

  /// At most as many as fit into one answer, oldest first.
  [[nodiscard]] std::vector<Numbered> after(std::uint64_t number) const {
    std::vector<Numbered> found;
    for (const Numbered& one : kept_) {
      if (one.number > number && found.size() < most_told) found.push_back(one);
    }
    return found;
  }

 private:
  static constexpr std::size_t most_kept = 500;
  static constexpr std::size_t most_told = 20;  // of 5 texts of 200 bytes, each escaped at worst

  std::deque<Numbered> kept_;
  std::uint64_t last_ = 0;
};

}  // namespace tocsin::app
