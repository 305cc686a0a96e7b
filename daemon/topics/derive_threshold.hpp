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
  double threshold = 0;  ///< Four significant digits; one background item in a thousand reaches it.
  std::size_t hits = 0;  ///< Items with a score above zero.
  std::vector<std::string> suggested_exclusions{};
};

/// Scores every background item as a rule set would score its text, and finds the threshold.
/// `invalid_input` when fewer items have a score than must exceed the threshold.
[[nodiscard]] Result<Calibration> calibrate(const Topic& topic, const Material& material,
                                            const Background& background);

/// The greatest number of four significant digits that is below `score`, which is above zero.
[[nodiscard]] double just_below(double score);

}  // namespace tocsin::topics
