// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "topics/derive_terms.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// How the background fares against a rule.
struct Calibration {
  std::vector<double> scores{};  ///< Of every background item, the greatest first.
  double threshold = 0;          ///< One background item in a thousand reaches it.
};

/// The score of every background item, by its number, as a rule set would score its text.
[[nodiscard]] std::vector<double> score_background(const Topic& topic, const Material& material,
                                                   const Background& background);

/// Words of the twenty best-scoring background items that are in no seed: what the items that come
/// nearest to a false alarm are about.
[[nodiscard]] std::vector<std::string> suggest_exclusions(const Topic& topic,
                                                          const Material& material,
                                                          const Background& background);

/// Scores the background and finds the threshold. `invalid_input` when fewer items have a score
/// than must exceed it.
[[nodiscard]] Result<Calibration> calibrate(const Topic& topic, const Material& material,
                                            const Background& background);

/// The threshold, of four significant digits, that fewer than `items` of the scores reach. `scores`
/// stand greatest first; zeroes among them count for no item.
[[nodiscard]] double threshold_for(const std::vector<double>& scores, std::size_t items);

/// The greatest number of four significant digits that is below `score`, which is above zero.
[[nodiscard]] double just_below(double score);

}  // namespace tocsin::topics
