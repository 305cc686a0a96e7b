// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin::topics {

/// The constants of the scoring formula, those of Okapi BM25 (Robertson and Zaragoza 2009, §3.4).
constexpr double term_saturation = 1.2;  ///< k₁
constexpr double length_share = 0.75;    ///< b

/// What a text's length takes from its terms: k₁ · (1 − b + b · relative length), the text's words
/// over the topic's average length.
[[nodiscard]] constexpr double length_norm(double relative_length) {
  return term_saturation * (1 - length_share + length_share * relative_length);
}

/// What a term that occurs `frequency` times adds to a score, before division by the sum of the
/// positive weights.
[[nodiscard]] constexpr double term_part_of_norm(double weight, double frequency, double norm) {
  return weight * frequency * (term_saturation + 1) / (frequency + norm);
}

/// The same from the relative length.
[[nodiscard]] constexpr double term_part(double weight, double frequency, double relative_length) {
  return term_part_of_norm(weight, frequency, length_norm(relative_length));
}

}  // namespace tocsin::topics
