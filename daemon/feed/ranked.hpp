// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace tocsin::feed {

/// A fact with several possible sources: the lowest rank wins, the first among equals.
template <typename T>
class Ranked {
 public:
  void offer(int rank, T value) {
    if (rank >= rank_) return;
    rank_ = rank;
    value_ = std::move(value);
  }

  /// As `offer`, but among equals the last one wins.
  void offer_last(int rank, T value) {
    if (rank > rank_) return;
    rank_ = rank;
    value_ = std::move(value);
  }

  [[nodiscard]] const T& value() const { return value_; }

  [[nodiscard]] T& value() { return value_; }

  [[nodiscard]] bool is_set() const { return rank_ != unset; }

  [[nodiscard]] int rank() const { return rank_; }

 private:
  static constexpr int unset = 1000;
  int rank_ = unset;
  T value_{};
};

}  // namespace tocsin::feed
