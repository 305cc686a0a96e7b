// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topics/toml_reader.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// Where the parts of a topic stand in its file, as far as they may contradict others.
struct RulePlaces {
  std::vector<toml::source_position> terms;   ///< One for each term.
  std::vector<toml::source_position> groups;  ///< One for each required group.
};

/// Tells of what an exclusion makes pointless: a required group that never counts is a mistake, one
/// of its phrases or a term that never counts a warning. Does nothing while other parts are wrong.
void check_contradictions(const Topic& topic, const RulePlaces& places, Mistakes& mistakes);

}  // namespace tocsin::topics
