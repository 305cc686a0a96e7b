// SPDX-License-Identifier: Apache-2.0
#include "topics/shortfall.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "topics/score.hpp"
#include "topics/scored_text.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {
namespace {

/// As `Match::missing` writes a group.
std::string written(const RequiredGroup& group) {
  std::string text;
  for (const std::string& any : group.any) {
    if (!text.empty()) text += " or ";
    text += any;
  }
  return text;
}

/// One topic's formula on one item.
class Reckoning {
 public:
  Reckoning(const Match& match, const ItemFields& item) : match_{match}, topic_{*match.topic} {
    for (const Term& term : topic_.terms) positive_ += std::max(term.weight, 0.0);
    if (topic_.average_length > 0) {
      relative_length_ = scored_text(item).length / topic_.average_length;
    }
  }

  Shortfall run() {
    take_groups();
    take_terms();
    choose_sufficient();
    return std::move(found_);
  }

 private:
  [[nodiscard]] double part(double weight, double frequency) const {
    return positive_ > 0
               ? term_part(weight, frequency, relative_length_, topic_.saturation) / positive_
               : 0;
  }

  void take_groups() {
    for (const RequiredGroup& group : topic_.require) {
      const auto& missing = match_.missing;
      if (std::find(missing.begin(), missing.end(), written(group)) == missing.end()) continue;
      found_.groups.push_back({.any = group.any, .factor = group.otherwise});
      factor_ *= group.otherwise;
    }
  }

  void take_terms() {
    std::map<std::string_view, std::vector<Evidence>> places;
    for (const Evidence& one : match_.evidence) places[one.term].push_back(one);
    for (const Term& term : topic_.terms) {
      const auto found = places.find(term.text);
      if (found != places.end()) {
        take_term(term, std::move(found->second));
      } else if (term.weight > 0) {
        found_.absent.push_back(
            {.term = term.text, .weight = term.weight, .gain = part(term.weight, 1)});
      }
    }
    std::stable_sort(found_.terms.begin(), found_.terms.end(),
                     [](const auto& a, const auto& b) { return a.contribution > b.contribution; });
    std::stable_sort(found_.absent.begin(), found_.absent.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
  }

  void take_term(const Term& term, std::vector<Evidence> places) {
    double frequency = 0;
    for (const Evidence& one : places) frequency += one.field == Field::title ? title_weight : 1;
    const double whole = part(term.weight, frequency);
    found_.score_with_groups += whole;
    found_.terms.push_back({.term = term.text,
                            .weight = term.weight,
                            .frequency = frequency,
                            .contribution = whole * factor_,
                            .places = std::move(places)});
  }

  /// Of each absent group the name that adds most; then the largest terms, which are the fewest.
  void choose_sufficient() {
    if (is_enough(match_.score)) return;
    double score = found_.score_with_groups;
    for (const AbsentGroup& group : found_.groups) score += add(best_of(group));
    for (const AbsentTerm& term : found_.absent) {
      if (!is_enough(score)) score += add(term);
    }
    found_.is_within_reach = is_enough(score);
    if (!found_.is_within_reach) found_.sufficient.clear();
  }

  [[nodiscard]] bool is_enough(double score) const {
    return score > 0 && score >= topic_.threshold;
  }

  [[nodiscard]] AbsentTerm best_of(const AbsentGroup& group) const {
    AbsentTerm best{.term = group.any.empty() ? std::string{} : group.any.front()};
    for (const AbsentTerm& term : found_.absent) {
      const bool is_named =
          std::find(group.any.begin(), group.any.end(), term.term) != group.any.end();
      if (is_named && term.gain > best.gain) best = term;
    }
    return best;
  }

  /// What the term adds; nothing when it is on the list already.
  double add(const AbsentTerm& term) {
    const auto& known = found_.sufficient;
    if (std::any_of(known.begin(), known.end(),
                    [&term](const AbsentTerm& one) { return one.term == term.term; })) {
      return 0;
    }
    found_.sufficient.push_back(term);
    return term.gain;
  }

  const Match& match_;
  const Topic& topic_;
  double positive_ = 0;
  double relative_length_ = 1;
  double factor_ = 1;
  Shortfall found_;
};

}  // namespace

Shortfall shortfall_of(const Match& match, const ItemFields& item) {
  return Reckoning{match, item}.run();
}

}  // namespace tocsin::topics
