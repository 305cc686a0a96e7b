// SPDX-License-Identifier: Apache-2.0
#include "topics/derive_check.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace tocsin::topics {

namespace {

std::string joined(const std::vector<std::string>& paragraphs) {
  std::string text;
  for (const std::string& paragraph : paragraphs) text += paragraph + "\n\n";
  return text;
}

}  // namespace

SeedRow judge_seed(const RuleSet& rules, const Seed& seed) {
  const std::string content = joined(seed.paragraphs);
  SeedRow row{.seed = seed.name, .threshold = rules.topics().front().threshold};
  ItemFields item;
  item.title = seed.title;
  item.content = content;
  for (const Match& match : rules.explain(item)) {
    row.score = match.score;
    row.fires = match.score >= row.threshold;
    std::map<std::string, double> parts;
    for (const Evidence& evidence : match.evidence)
      parts[std::string{evidence.term}] += evidence.contribution;
    row.carried_by.assign(parts.begin(), parts.end());
    std::stable_sort(row.carried_by.begin(), row.carried_by.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
  }
  return row;
}

std::shared_ptr<const RuleSet> compile_alone(Topic topic) {
  Diagnostics diagnostics;
  topic.exclude.clear();
  auto rules = RuleSet::compile({std::move(topic)}, diagnostics);
  return rules ? *rules : nullptr;
}

DeriveInput without_seed(const DeriveInput& input, std::size_t left_out) {
  DeriveInput others = input;
  others.check = false;
  others.seeds.erase(others.seeds.begin() + static_cast<std::ptrdiff_t>(left_out));
  return others;
}

void check_seeds(const DeriveInput& input, Derived& derived) {
  if (const auto rules = compile_alone(derived.topic))
    for (const Seed& seed : input.seeds) derived.report.seeds.push_back(judge_seed(*rules, seed));
  if (input.seeds.size() < 3) {
    derived.report.warnings.emplace_back(
        "fewer than three seeds: no seed can be left out to check");
    return;
  }
  for (std::size_t left_out = 0; left_out < input.seeds.size(); ++left_out) {
    const Seed& seed = input.seeds[left_out];
    const Result<Derived> from_others = derive(without_seed(input, left_out));
    const auto rules = from_others ? compile_alone(from_others->topic) : nullptr;
    derived.report.leave_one_out.push_back(rules ? judge_seed(*rules, seed)
                                                 : SeedRow{.seed = seed.name});
  }
}

double lowest_seed_score(const DeriveInput& input, const Topic& topic) {
  double lowest = std::numeric_limits<double>::infinity();
  if (const auto rules = compile_alone(topic))
    for (const Seed& seed : input.seeds) lowest = std::min(lowest, judge_seed(*rules, seed).score);
  return lowest;
}

}  // namespace tocsin::topics
