// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "topics/filter.hpp"
#include "topics/gate.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// The filters of all topics of a rule set, each compiled once. Filled once, then read by any
/// thread.
class FilterSet {
 public:
  /// Compiles the filters of a topic that no topic before had. Each mistake is handed to `tell`.
  void add(const Topic& topic, const std::function<void(std::string)>& tell);

  /// Silences matches that fire and on whose topics a filter holds. Only these cost anything, and a
  /// filter is looked at once for an item, however many topics it is for.
  void apply(std::vector<Match>& matches, const ScoredText& text, const ItemFields& item) const;

  /// A line a filter, in the order in which they came.
  [[nodiscard]] const std::string& digests() const { return digests_; }

 private:
  /// One reason for which a filter holds.
  struct Reason {
    std::string written;
    Gate gate;
  };

  using Reasons = std::vector<Reason>;

  class Verdicts;

  static Reasons reasons_of(const Filter& filter, const std::function<void(std::string)>& tell);

  std::unordered_map<const Filter*, Reasons> filters_;
  std::vector<std::shared_ptr<const Filter>> kept_;
  std::string digests_;
};

}  // namespace tocsin::topics
