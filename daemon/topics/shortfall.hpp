// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// One term of a topic in one item, all its occurrences together.
struct TermPart {
  std::string term;         ///< As in the topic file.
  double weight = 0;        ///< As in the topic file.
  double frequency = 0;     ///< Occurrences, those in the title counted twice.
  double contribution = 0;  ///< To the score, the factor of absent groups included.
  std::vector<Evidence> places;
};

/// A term that does not occur, and what it would add.
struct AbsentTerm {
  std::string term;
  double weight = 0;
  double gain = 0;  ///< To the score, by one occurrence outside of the title, groups present.
};

/// A required group that is absent.
struct AbsentGroup {
  std::vector<std::string> any;
  double factor = 0;  ///< What the score is multiplied by; 0 drops it.
};

/// What one topic makes of one item, and what it would have needed to fire on it.
struct Shortfall {
  std::vector<TermPart> terms;         ///< That occur, by contribution, the largest first.
  std::vector<AbsentGroup> groups;     ///< Required groups that are absent.
  double score_with_groups = 0;        ///< What the score were if they were there.
  std::vector<AbsentTerm> absent;      ///< Terms above zero that do not occur, by gain.
  std::vector<AbsentTerm> sufficient;  ///< With these the score would reach the threshold: one of
                                       ///< each absent group, then the fewest terms.
  bool is_within_reach = true;         ///< False where all absent terms together do not suffice.
};

/// Reckons with the formula of docs/reference/topics.md; that a word added also makes the text
/// longer is left out. `match` is a verdict of `RuleSet::explain` on `item`, or one without
/// evidence for a topic of which nothing occurs.
[[nodiscard]] Shortfall shortfall_of(const Match& match, const ItemFields& item);

}  // namespace tocsin::topics
