// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/found_item.hpp"
#include "topics/gate_parts.hpp"
#include "topics/rule_set.hpp"
#include "topics/shortfall.hpp"

namespace tocsin::app {

/// What one topic says to one item, and what it would have needed. Borrows the rule set.
struct Verdict {
  topics::Match match;
  topics::Shortfall shortfall;
  topics::GatePart gate;                   ///< Where the topic has a `when`.
  std::vector<store::MatchRow> decisions;  ///< The daemon's on this topic, by revision.
  bool is_left_out = false;                ///< The item's feed is not held against the topic.

  /// Score over threshold; 1 and more is enough.
  [[nodiscard]] double ratio() const;

  /// Neither a word of the topic occurs nor anything else that could be told.
  [[nodiscard]] bool is_bare() const;
};

/// A verdict of every topic of `wanted`, of all when it is empty: what fires first, then by how
/// near the score came, then by id.
[[nodiscard]] std::vector<Verdict> verdicts_of(const topics::RuleSet& rules, const FoundItem& found,
                                               const std::vector<std::string>& wanted);

/// Lines of at most 80 columns, where the words allow it.
[[nodiscard]] std::string describe(const Verdict& verdict, const ItemLine& item);

/// As docs/reference/cli.md has it.
[[nodiscard]] nlohmann::json to_json(const Verdict& verdict, const ItemLine& item);

}  // namespace tocsin::app
