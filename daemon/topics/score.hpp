// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin::topics {

/// b of the scoring formula (Okapi BM25, Robertson and Zaragoza 2009, §3.4).
constexpr double length_share = 0.75;

/// What a term that occurs `frequency` times adds to a score, before division by the sum of the
/// positive weights. `relative_length` is the text's words over the topic's average length,
/// `saturation` the formula's k₁.
[[nodiscard]] constexpr double term_part(double weight, double frequency, double relative_length,
                                         double saturation) {
  const double norm = saturation * (1 - length_share + length_share * relative_length);
  return weight * frequency * (saturation + 1) / (frequency + norm);
}

/// The most a term adds, however often it occurs.
[[nodiscard]] constexpr double most_of_term(double weight, double saturation) {
  return weight * (saturation + 1);
}

}  // namespace tocsin::topics
