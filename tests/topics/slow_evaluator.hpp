// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topics/condition.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// What docs/reference/topics.md says of one topic and one item.
struct SlowVerdict {
  double score = 0;
  bool is_known = false;  ///< A term of positive weight occurs, so `explain` tells of the topic.
  bool fired = false;
  bool gate_failed = false;
  bool is_foreign_language = false;
  std::vector<Evidence> evidence;  ///< `term` borrows from the topic.
  std::vector<std::string> missing;
  std::vector<std::string> excluded_by;
  bool is_filtered = false;  ///< A filter holds without which it would have fired.
};

/// The reference page read literally: every name of every term is compared at every word, every
/// pair of places is measured. Shares the tokenizer and the parsed topic with the engine and
/// nothing else. The trees are those behind `topic.when` and behind the `unless` of its only
/// filter.
[[nodiscard]] SlowVerdict slow_verdict(const Topic& topic, const std::optional<Condition>& when,
                                       const std::optional<Condition>& unless,
                                       const ItemFields& item);

}  // namespace tocsin::topics
