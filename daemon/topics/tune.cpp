// SPDX-License-Identifier: Apache-2.0
#include "topics/tune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "topics/topic_file.hpp"
#include "topics/tune_features.hpp"
#include "topics/tune_fit.hpp"

namespace tocsin::topics {
namespace {

/// An item at twice its threshold alerts rightly in 98 of 100 cases, one at zero in 2.
constexpr double steepness = 4;
/// How far a weight of the rule moves for one item that is judged wrongly, in thresholds.
constexpr double spread_of_rule = 0.25;
/// A new term has to be worth two items that are judged wrongly before it has any weight.
constexpr double toll_of_new = 4;
constexpr double spread_of_new = 1;
/// Terms looked at before the fit, those that promise most.
constexpr std::size_t most_candidates = 60;
/// What a threshold twice or half as high as before must save, in errors.
constexpr double price_of_octave = 0.5;
/// Of an exclusion: it drops whatever else speaks for an item.
constexpr std::size_t least_false_alarms = 3;
constexpr std::size_t least_relevant = 5;

double positive_sum(const Topic& topic) {
  double sum = 0;
  for (const Term& term : topic.terms) sum += std::max(term.weight, 0.0);
  return sum;
}

class Tuner {
 public:
  Tuner(const Topic& topic, const std::vector<JudgedItem>& items, const TuneOptions& options)
      : topic_{topic},
        judged_{items},
        options_{options},
        unit_{positive_sum(topic) * topic.threshold} {}

  Result<Topic> run(const Background* background, double caution) {
    const auto candidates = candidate_terms(topic_, judged_, background);
    auto items = tune_items(topic_, judged_, candidates);
    if (!items) return fail(items.error());
    items_ = std::move(*items);
    add_rule_terms(caution);
    add_candidates(candidates);
    const std::vector<double> weights = fit_weights(terms_, fit_items(), steepness);
    take_weights(weights);
    choose_threshold();
    add_exclusions(candidates);
    return std::move(tuned_);
  }

 private:
  void add_rule_terms(double caution) {
    for (const Term& term : topic_.terms) {
      FitTerm one{.prior = term.weight / unit_, .spread = spread_of_rule / caution};
      (term.weight > 0 ? one.least : one.most) = 0;
      names_.push_back(term.text);
      terms_.push_back(one);
    }
  }

  [[nodiscard]] std::vector<FitItem> fit_items() const {
    std::map<std::string_view, std::size_t> numbers;
    for (std::size_t i = 0; i < names_.size(); ++i) numbers.emplace(names_[i], i);
    std::vector<FitItem> items;
    for (const TuneItem& item : items_) {
      if (item.is_blocked) continue;
      FitItem& one = items.emplace_back();
      one.is_relevant = item.is_relevant;
      for (const auto& [term, part] : item.parts) {
        const auto number = numbers.find(term);
        if (number != numbers.end()) one.parts.emplace_back(number->second, part);
      }
    }
    return items;
  }

  /// Those along which the loss falls most steeply at the rule as it is, each in one direction: up
  /// for what speaks of relevant items, down for what does not.
  void add_candidates(const std::vector<std::string>& candidates) {
    const std::size_t own = names_.size();
    names_.insert(names_.end(), candidates.begin(), candidates.end());
    std::vector<double> weights;
    for (const FitTerm& term : terms_) weights.push_back(term.prior);
    weights.resize(names_.size());
    const std::vector<double> slopes = loss_slopes(weights, fit_items(), steepness);
    std::vector<std::size_t> order;
    for (std::size_t i = own; i < names_.size(); ++i) {
      if (std::abs(slopes[i]) > toll_of_new) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&slopes](std::size_t a, std::size_t b) {
      return std::abs(slopes[a]) > std::abs(slopes[b]);
    });
    order.resize(std::min(order.size(), most_candidates));
    std::vector<std::string> chosen{names_.begin(), names_.begin() + static_cast<long>(own)};
    for (const std::size_t i : order) {
      FitTerm one{.spread = spread_of_new, .toll = toll_of_new};
      (slopes[i] < 0 ? one.least : one.most) = 0;
      chosen.push_back(names_[i]);
      terms_.push_back(one);
    }
    names_ = std::move(chosen);
  }

  /// In the file's own units, as whole numbers, at most so many terms.
  void take_weights(const std::vector<double>& weights) {
    tuned_ = topic_;
    tuned_.terms.clear();
    const std::size_t own = topic_.terms.size();
    std::vector<Term> fresh;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      Term term = i < own ? topic_.terms[i] : Term{.text = names_[i], .provenance = support(i)};
      term.weight = i < own ? rounded(term.weight, weights[i]) : std::round(weights[i] * unit_);
      if (term.weight == 0) continue;
      (i < own ? tuned_.terms : fresh).push_back(std::move(term));
    }
    std::stable_sort(fresh.begin(), fresh.end(), [](const Term& a, const Term& b) {
      return std::abs(a.weight) > std::abs(b.weight);
    });
    const std::size_t room =
        options_.most_terms > tuned_.terms.size() ? options_.most_terms - tuned_.terms.size() : 0;
    fresh.resize(std::min(fresh.size(), room));
    for (Term& term : fresh) tuned_.terms.push_back(std::move(term));
  }

  /// A weight that moved by less than one stays as it was written.
  [[nodiscard]] double rounded(double before, double weight) const {
    const double after = std::round(weight * unit_);
    return std::abs(weight * unit_ - before) < 1 ? before : after;
  }

  /// "in 4 relevant and 0 other items of the feedback".
  [[nodiscard]] std::string support(std::size_t number) const {
    std::size_t relevant = 0;
    std::size_t others = 0;
    for (const TuneItem& item : items_) {
      if (item.parts.contains(names_[number])) ++(item.is_relevant ? relevant : others);
    }
    return fmt::format("tuned: in {} relevant and {} other items", relevant, others);
  }

  [[nodiscard]] double score(const TuneItem& item, double sum) const {
    double score = 0;
    for (const Term& term : tuned_.terms) {
      const auto part = item.parts.find(term.text);
      if (part != item.parts.end()) score += term.weight * part->second;
    }
    return sum > 0 ? score / sum : 0;
  }

  /// Between the scores of two items, where the errors cost least; a change of the threshold has
  /// its price, too.
  void choose_threshold() {
    const double sum = positive_sum(tuned_);
    if (!(sum > 0)) return;
    const double before = unit_ / sum;
    std::vector<std::pair<double, bool>> scores;
    for (const TuneItem& item : items_) {
      if (!item.is_blocked) scores.emplace_back(score(item, sum), item.is_relevant);
    }
    std::sort(scores.begin(), scores.end());
    std::vector<double> places{before};
    for (std::size_t i = 0; i + 1 < scores.size(); ++i) {
      const double middle = (scores[i].first + scores[i + 1].first) / 2;
      if (scores[i].first > 0 && scores[i].first < middle) places.push_back(middle);
    }
    double least = std::numeric_limits<double>::infinity();
    double best = before;
    for (const double place : places) {
      double cost = price_of_octave * std::abs(std::log2(place / before));
      for (const auto& [one, is_relevant] : scores) {
        if (is_relevant && one < place) cost += options_.cost_of_miss;
        if (!is_relevant && one >= place) cost += options_.cost_of_false_alarm;
      }
      if (cost < least) {
        least = cost;
        best = place;
      }
    }
    constexpr int digits = 4;
    tuned_.threshold = round_significant(best, digits);
  }

  /// Phrases that only false alarms have, where weights did not do.
  void add_exclusions(const std::vector<std::string>& candidates) {
    const auto relevant = static_cast<std::size_t>(std::count_if(
        items_.begin(), items_.end(), [](const TuneItem& item) { return item.is_relevant; }));
    if (relevant < least_relevant) return;
    const double sum = positive_sum(tuned_);
    std::set<const TuneItem*> left;
    for (const TuneItem& item : items_) {
      if (!item.is_relevant && !item.is_blocked && score(item, sum) >= tuned_.threshold) {
        left.insert(&item);
      }
    }
    while (left.size() >= least_false_alarms) {
      const std::string best = widest_exclusion(candidates, left);
      if (best.empty()) return;
      tuned_.exclude.push_back(best);
      std::erase_if(left, [&best](const TuneItem* item) { return item->parts.contains(best); });
    }
  }

  [[nodiscard]] std::string widest_exclusion(const std::vector<std::string>& candidates,
                                             const std::set<const TuneItem*>& left) const {
    std::string best;
    std::size_t most = least_false_alarms - 1;
    for (const std::string& term : candidates) {
      if (term.find(' ') == std::string::npos) continue;
      const bool is_safe = std::none_of(items_.begin(), items_.end(), [&term](const auto& item) {
        return item.is_relevant && item.parts.contains(term);
      });
      const auto count = static_cast<std::size_t>(std::count_if(
          left.begin(), left.end(), [&](const auto* item) { return item->parts.contains(term); }));
      if (!is_safe || count <= most) continue;
      best = term;
      most = count;
    }
    return best;
  }

  const Topic& topic_;
  const std::vector<JudgedItem>& judged_;
  const TuneOptions& options_;
  double unit_;  ///< Weight that reaches the threshold alone, by a part of 1.
  std::vector<TuneItem> items_;
  std::vector<std::string> names_;
  std::vector<FitTerm> terms_;
  Topic tuned_;
};

/// What leads from one topic to the other.
TopicEdit edit_between(const Topic& before, const Topic& after) {
  TopicEdit edit;
  std::map<std::string_view, const Term*> now;
  for (const Term& term : after.terms) now.emplace(term.text, &term);
  for (const Term& term : before.terms) {
    const auto found = now.find(term.text);
    if (found == now.end()) {
      edit.removed.push_back(term.text);
    } else if (found->second->weight != term.weight) {
      edit.weights.emplace_back(term.text, found->second->weight);
    }
    if (found != now.end()) now.erase(found);
  }
  for (const Term& term : after.terms) {
    if (now.contains(term.text)) edit.added.push_back(term);
  }
  edit.excluded.assign(after.exclude.begin() + static_cast<long>(before.exclude.size()),
                       after.exclude.end());
  if (before.threshold != after.threshold) edit.threshold = after.threshold;
  return edit;
}

std::vector<JudgedItem> tests_among(const std::vector<JudgedItem>& items) {
  std::vector<JudgedItem> tests;
  std::copy_if(items.begin(), items.end(), std::back_inserter(tests),
               [](const JudgedItem& item) { return item.is_test; });
  return tests;
}

double cost_of(const Judgement& judgement, const TuneOptions& options) {
  return options.cost_of_miss * static_cast<double>(judgement.missed) +
         options.cost_of_false_alarm * static_cast<double>(judgement.false_alarms);
}

}  // namespace

Result<Tuning> tune(const Topic& topic, const std::vector<JudgedItem>& items,
                    const Background* background, const TuneOptions& options) {
  const auto before = judgement_of(topic, items);
  if (!before) return fail(before.error());
  Tuning tuning{.edit = {}, .topic = topic, .before = *before, .after = *before};
  if (before->wrong() == 0 || !(topic.threshold > 0)) return tuning;
  const std::vector<JudgedItem> tests = tests_among(items);
  const auto tests_before = judgement_of(topic, tests);
  if (!tests_before) return fail(tests_before.error());
  // The boldest first; a change that fails a test is tried again nearer to the rule as it is.
  for (const double caution : {1.0, 2.0, 4.0}) {
    auto tuned = Tuner{topic, items, options}.run(background, caution);
    if (!tuned) return fail(tuned.error());
    const auto after = judgement_of(*tuned, items);
    if (!after) return fail(after.error());
    const auto tests_after = judgement_of(*tuned, tests);
    if (!tests_after) return fail(tests_after.error());
    const bool is_better =
        cost_of(*after, options) < cost_of(*before, options) && after->missed <= before->missed;
    if (!is_better || tests_after->wrong() > tests_before->wrong()) continue;
    tuned->version = topic.version + 1;
    tuning.edit = edit_between(topic, *tuned);
    tuning.edit.version = tuned->version;
    tuning.topic = std::move(*tuned);
    tuning.after = *after;
    return tuning;
  }
  return tuning;
}

}  // namespace tocsin::topics
