// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin::topics {

/// The constants of the scoring formula, those of Okapi BM25 (Robertson and Zaragoza 2009, §3.4).
constexpr double term_saturation = 1.2;  ///< k₁
constexpr double length_share = 0.75;    ///< b

/// What a term that occurs `frequency` times adds to a score, before division by the sum of the
/// positive weights. `relative_length` is the text's words over the topic's average length.
[[nodiscard]] constexpr double term_part(double weight, double frequency, double relative_length) {
  const double norm = term_saturation * (1 - length_share + length_share * relative_length);
  return weight * frequency * (term_saturation + 1) / (frequency + norm);
}

/// The most a term adds, however often it occurs.
[[nodiscard]] constexpr double most_of_term(double weight) {
  return weight * (term_saturation + 1);
}

}  // namespace tocsin::topics
