// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "topics/rule_set.hpp"

namespace tocsin::app {

/// One topic in two rule sets.
struct TopicChange {
  std::string id;
  int version = 0;     ///< In the new set; in the old one for a topic that is gone.
  std::string digest;  ///< Likewise.
  int version_before = 0;
  std::string digest_before;
};

/// What tells one rule set from another, by id.
struct RulesChange {
  std::vector<TopicChange> added;
  std::vector<TopicChange> removed;
  std::vector<TopicChange> changed;  ///< The file's bytes, its status or its version differ.
  std::size_t unchanged = 0;
};

[[nodiscard]] RulesChange change_of(const topics::RuleSet& before, const topics::RuleSet& after);

/// {added, removed, changed: [{id, version, digest, …}], unchanged, more}; at most 100 of each
/// list, `more` counts the rest.
[[nodiscard]] nlohmann::json to_json(const RulesChange& change);

}  // namespace tocsin::app
