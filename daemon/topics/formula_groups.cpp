// SPDX-License-Identifier: Apache-2.0
#include "topics/formula_groups.hpp"

#include <algorithm>
#include <cmath>

#include "topics/score.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {
namespace {

/// Steps of a quarter from teasers to long articles; what is beyond joins the first or the last.
int step_of(double average_length) {
  constexpr int not_counted = -1;
  constexpr double shortest = 32;
  constexpr double ratio = 1.25;
  constexpr double last = FormulaGroups::most - 2;
  if (!(average_length > 0)) return not_counted;
  const double step = std::log(average_length / shortest) / std::log(ratio);
  return static_cast<int>(std::clamp(std::floor(step), 0.0, last));
}

}  // namespace

double FormulaBounds::most(double frequency) const {
  const double most = term_part(1, frequency, relative_length, least_saturation);
  if (least_saturation == greatest_saturation) return most;
  return std::max(most, term_part(1, frequency, relative_length, greatest_saturation));
}

std::uint32_t FormulaGroups::join(const Topic& topic) {
  const int step = step_of(topic.average_length);
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [step](const Group& one) { return one.step == step; });
  if (group == groups_.end()) {
    groups_.push_back({.step = step,
                       .longest_average = topic.average_length,
                       .least_saturation = topic.saturation,
                       .greatest_saturation = topic.saturation});
    group = groups_.end() - 1;
  }
  group->longest_average = std::max(group->longest_average, topic.average_length);
  group->least_saturation = std::min(group->least_saturation, topic.saturation);
  group->greatest_saturation = std::max(group->greatest_saturation, topic.saturation);
  return static_cast<std::uint32_t>(group - groups_.begin());
}

FormulaBounds FormulaGroups::bounds(std::size_t group, double length) const {
  const Group& one = groups_[group];
  return {.relative_length = one.longest_average > 0 ? length / one.longest_average : 1.0,
          .least_saturation = one.least_saturation,
          .greatest_saturation = one.greatest_saturation};
}

}  // namespace tocsin::topics
