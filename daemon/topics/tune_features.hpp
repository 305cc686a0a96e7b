// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "topics/tune.hpp"

namespace tocsin::topics {

/// What tuning sees of one judged item.
struct TuneItem {
  std::map<std::string, double> parts;  ///< Term → saturated, length-normalised frequency, times
                                        ///< the factor of absent required groups.
  bool is_relevant = false;
  bool is_test = false;
  bool is_blocked = false;  ///< An exclusion, `when` or the language decides; no weight can.
};

/// The items under `topic`, with the terms of `more` looked for beside its own.
[[nodiscard]] Result<std::vector<TuneItem>> tune_items(const Topic& topic,
                                                       const std::vector<JudgedItem>& items,
                                                       const std::vector<std::string>& more);

/// Words, pairs and triples that occur in two or more items of one kind, are no term of the topic
/// yet and say something: not ordinary words, no numbers. Sorted.
[[nodiscard]] std::vector<std::string> candidate_terms(const Topic& topic,
                                                       const std::vector<JudgedItem>& items,
                                                       const Background* background);

}  // namespace tocsin::topics
