// SPDX-License-Identifier: Apache-2.0
#include "topics/derive_threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#include "topics/common_words.hpp"
#include "topics/score.hpp"

namespace tocsin::topics {

namespace {

constexpr double false_alarm_share = 0.001;
constexpr std::size_t shown_items = 20;
constexpr std::size_t shown_terms = 12;

BackgroundTerm look_up(const Material& material, const Background& background,
                       const std::string& text) {
  const AliasGroup* alias = find_alias(material, text);
  return alias != nullptr ? BackgroundTerm{background, *alias} : BackgroundTerm{background, text};
}

/// `score` moved by `steps` units of its fourth digit, to the value those four digits spell.
double four_digits(double score, double steps) {
  const double unit = std::pow(10, std::floor(std::log10(score)) - 3);
  return std::stod(fmt::format("{:.4g}", (std::floor(score / unit) + steps) * unit));
}

bool is_in_seeds(const Material& material, std::string_view word) {
  return std::any_of(material.seeds.begin(), material.seeds.end(), [&](const SeedWords& seed) {
    return std::any_of(seed.words.begin(), seed.words.end(),
                       [&](const SeedWord& other) { return other.key == word; });
  });
}

std::vector<std::string> words_beyond_seeds(const std::set<std::uint32_t>& items,
                                            const Material& material,
                                            const Background& background) {
  struct Suggestion {
    std::string term;
    double value = 0;
  };

  std::vector<Suggestion> found;
  for (std::uint32_t number = 0; number < background.term_count(); ++number) {
    const std::string_view term = background.term(number);
    const auto runs = background.occurrences(number);
    const auto hits = std::count_if(runs.begin(), runs.end(), [&](const Occurrence& seen) {
      return items.contains(seen.item);
    });
    const bool is_word = term.find_first_of(" =0123456789") == std::string_view::npos;
    if (hits < 2 || !is_word || is_common_word(term) || is_in_seeds(material, term)) continue;
    const double rarity =
        std::log(static_cast<double>(background.item_count()) / static_cast<double>(runs.size()));
    found.push_back({std::string{term}, static_cast<double>(hits) * rarity});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Suggestion& a, const Suggestion& b) { return a.value > b.value; });
  std::vector<std::string> terms;
  for (const Suggestion& suggestion : found)
    if (terms.size() < shown_terms) terms.push_back(suggestion.term);
  return terms;
}

}  // namespace

double just_below(double score) {
  return score > 0 ? four_digits(score, -1) : 0;
}

std::vector<double> score_background(const Topic& topic, const Material& material,
                                     const Background& background) {
  std::vector<double> scores(background.item_count());
  double positive = 0;
  for (const Term& term : topic.terms) positive += std::max(term.weight, 0.0);
  for (const Term& term : topic.terms) {
    const BackgroundTerm counts = look_up(material, background, term.text);
    for (const Occurrence& seen : counts.occurrences()) {
      const double length = background.length(seen.item) / topic.average_length;
      scores[seen.item] += term_part(term.weight, seen.count, length, topic.saturation) / positive;
    }
  }
  for (const RequiredGroup& group : topic.require) {
    std::vector<bool> present(scores.size());
    for (const std::string& any : group.any) {
      const BackgroundTerm counts = look_up(material, background, any);
      for (const Occurrence& seen : counts.occurrences()) present[seen.item] = true;
    }
    for (std::size_t item = 0; item < scores.size(); ++item)
      if (!present[item]) scores[item] *= group.otherwise;
  }
  return scores;
}

double threshold_for(const std::vector<double>& scores, std::size_t items) {
  const auto zero =
      std::find_if(scores.begin(), scores.end(), [](double score) { return score <= 0; });
  const auto scored = static_cast<std::size_t>(zero - scores.begin());
  if (scored == 0 || items == 0) return 0;
  return four_digits(scores[std::min(items, scored) - 1], 1);
}

std::vector<std::string> suggest_exclusions(const Topic& topic, const Material& material,
                                            const Background& background) {
  const std::vector<double> scores = score_background(topic, material, background);
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto shown =
      order.begin() + static_cast<std::ptrdiff_t>(std::min(shown_items, order.size()));
  std::partial_sort(order.begin(), shown, order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  return words_beyond_seeds(std::set<std::uint32_t>(order.begin(), shown), material, background);
}

Result<Calibration> calibrate(const Topic& topic, const Material& material,
                              const Background& background) {
  Calibration calibration{.scores = score_background(topic, material, background)};
  std::vector<double>& scores = calibration.scores;
  const auto hits = static_cast<std::size_t>(
      std::count_if(scores.begin(), scores.end(), [](double score) { return score > 0; }));
  const auto beyond =
      static_cast<std::size_t>(std::ceil(false_alarm_share * static_cast<double>(scores.size())));
  if (beyond == 0 || hits < beyond)
    return fail(Errc::invalid_input,
                fmt::format("topic '{}': no threshold: {} of {} background items have a score, and "
                            "{} are needed",
                            topic.id, hits, scores.size(), std::max<std::size_t>(beyond, 1)));
  std::sort(scores.begin(), scores.end(), std::greater<>{});
  calibration.threshold = threshold_for(scores, beyond);
  return calibration;
}

}  // namespace tocsin::topics
