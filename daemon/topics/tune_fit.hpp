// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace tocsin::topics {

/// What is known of one weight before any item is looked at. Weights are in units of the threshold:
/// one occurrence of a term of weight 1 in a text of average length reaches it about alone.
struct FitTerm {
  double prior = 0;   ///< Where the weight stands without evidence.
  double spread = 1;  ///< Standard deviation of the Gaussian around it.
  double toll = 0;    ///< Laplace prior at 0 on top: what a weight other than 0 costs, per unit.
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

/// One judged item: what each term that occurs multiplies its weight by.
struct FitItem {
  std::vector<std::pair<std::size_t, double>> parts;  ///< Number of the term, saturated frequency.
  bool is_relevant = false;
  double cost = 1;
};

/// The weights that maximise the posterior of a logistic model, P(relevant) = 1 / (1 + e^−κ(r−1)),
/// where r = Σ weight · part is the score over the threshold and κ the steepness.
///
/// Logistic regression with informative priors, solved by cyclic coordinate descent as in Genkin,
/// Lewis and Madigan, "Large-scale Bayesian logistic regression for text categorization",
/// Technometrics 49 (2007), algorithm 1 with the bound of their equation 15. Convex, so that the
/// result does not depend on where it starts; deterministic.
[[nodiscard]] std::vector<double> fit_weights(const std::vector<FitTerm>& terms,
                                              const std::vector<FitItem>& items, double steepness);

/// How the loss of `items` changes with each weight at `weights`, priors left out.
[[nodiscard]] std::vector<double> loss_slopes(const std::vector<double>& weights,
                                              const std::vector<FitItem>& items, double steepness);

}  // namespace tocsin::topics
