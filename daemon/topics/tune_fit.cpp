// SPDX-License-Identifier: Apache-2.0
#include "topics/tune_fit.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::topics {
namespace {

constexpr int most_sweeps = 500;
constexpr double settled = 1e-7;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

/// −1 for what should not alert.
double sign_of(const FitItem& item) {
  return item.is_relevant ? 1 : -1;
}

class Fit {
 public:
  Fit(const std::vector<FitTerm>& terms, const std::vector<FitItem>& items, double steepness)
      : terms_{terms},
        items_{items},
        steepness_{steepness},
        uses_(terms.size()),
        reach_(terms.size(), 1.0) {
    for (const FitTerm& term : terms)
      weights_.push_back(std::clamp(term.prior, term.least, term.most));
    for (std::size_t i = 0; i < items.size(); ++i) {
      double score = 0;
      for (const auto& [term, part] : items[i].parts) {
        score += weights_[term] * part;
        uses_[term].push_back({.item = i, .part = part});
      }
      margins_.push_back(sign_of(items[i]) * steepness * (score - 1));
    }
  }

  std::vector<double> run() {
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      double moved = 0;
      for (std::size_t term = 0; term < terms_.size(); ++term) moved = std::max(moved, move(term));
      if (moved < settled) break;
    }
    return std::move(weights_);
  }

 private:
  struct Use {
    std::size_t item = 0;
    double part = 0;
  };

  /// One Newton step of one weight, bounded as far as the curvature was bounded. How far it went.
  double move(std::size_t term) {
    const FitTerm& prior = terms_[term];
    double slope = (weights_[term] - prior.prior) / (prior.spread * prior.spread);
    double bend = 1 / (prior.spread * prior.spread);
    slope += weights_[term] < 0 || prior.most <= 0 ? -prior.toll : prior.toll;
    for (const Use& use : uses_[term]) add(use, reach_[term], slope, bend);
    const double wanted = std::clamp(-slope / bend, -reach_[term], reach_[term]);
    const double to = std::clamp(weights_[term] + wanted, prior.least, prior.most);
    const double step = to - weights_[term];
    reach_[term] = std::max(2 * std::abs(step), reach_[term] / 2);
    if (step == 0) return 0;
    weights_[term] = to;
    for (const Use& use : uses_[term]) {
      margins_[use.item] += sign_of(items_[use.item]) * steepness_ * step * use.part;
    }
    return std::abs(step);
  }

  /// The largest second derivative within `reach` stands for the one at this point.
  void add(const Use& use, double reach, double& slope, double& bend) const {
    const FitItem& item = items_[use.item];
    const double margin = margins_[use.item];
    const double change = steepness_ * use.part;
    slope -= item.cost * sign_of(item) * change * sigmoid(-margin);
    const double around = reach * std::abs(change);
    const double steepest =
        std::abs(margin) <= around
            ? 0.25
            : 1 / (2 + std::exp(std::abs(margin) - around) + std::exp(around - std::abs(margin)));
    bend += item.cost * change * change * steepest;
  }

  const std::vector<FitTerm>& terms_;
  const std::vector<FitItem>& items_;
  double steepness_;
  std::vector<std::vector<Use>> uses_;
  std::vector<double> reach_;
  std::vector<double> weights_;
  std::vector<double> margins_;  ///< Above zero where the item is judged rightly.
};

}  // namespace

std::vector<double> fit_weights(const std::vector<FitTerm>& terms,
                                const std::vector<FitItem>& items, double steepness) {
  return Fit{terms, items, steepness}.run();
}

std::vector<double> loss_slopes(const std::vector<double>& weights,
                                const std::vector<FitItem>& items, double steepness) {
  std::vector<double> slopes(weights.size());
  for (const FitItem& item : items) {
    double score = 0;
    for (const auto& [term, part] : item.parts) score += weights[term] * part;
    const double wrong = sigmoid(-sign_of(item) * steepness * (score - 1));
    for (const auto& [term, part] : item.parts) {
      slopes[term] -= item.cost * sign_of(item) * steepness * part * wrong;
    }
  }
  return slopes;
}

}  // namespace tocsin::topics
