// SPDX-License-Identifier: Apache-2.0
#include "topics/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/digest.hpp"
#include "topics/derive_require.hpp"
#include "topics/derive_terms.hpp"
#include "topics/derive_threshold.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::topics {

namespace {

constexpr int algorithm = 1;

// Seeds of at most as many words on average are weighed as items: their counts are all one.
constexpr double longest_item = 60;

Material material_of(const DeriveInput& input, DeriveReport& report) {
  Material material;
  material.seeds = clean_seeds(input.seeds, report.warnings);
  std::vector<std::string> ignored;
  material.siblings = clean_seeds(input.siblings, ignored);
  material.aliases = alias_groups(material.seeds, input.aliases);
  if (input.parent != nullptr) add_aliases_of(*input.parent, material.aliases);
  double words = 0;
  for (const SeedWords& seed : material.seeds) words += static_cast<double>(seed.words.size());
  material.are_items = words <= longest_item * static_cast<double>(material.seeds.size());
  return material;
}

std::string digest_of(const DeriveInput& input) {
  std::string all;
  const auto add = [&](std::string_view part) {
    all += fmt::format("{}:{}", part.size(), part);
  };
  const auto add_list = [&](const std::vector<std::string>& parts) {
    all += fmt::format("[{}]", parts.size());
    for (const std::string& part : parts) add(part);
  };
  for (const auto* seeds : {&input.seeds, &input.siblings}) {
    all += fmt::format("[{}]", seeds->size());
    for (const Seed& seed : *seeds) {
      add(seed.name);
      add(seed.title);
      add_list(seed.paragraphs);
    }
  }
  const ManifestTopic& wanted = input.wanted;
  add(wanted.id);
  add(wanted.title);
  all += fmt::format("{} {}", static_cast<int>(wanted.status), wanted.severity);
  add_list(wanted.languages);
  add_list(wanted.medtop);
  add_list(wanted.exclude);
  add(input.background->digest());
  add(input.aliases != nullptr ? input.aliases->digest : "");
  return sha256_hex(all, 16);
}

Topic head_of(const DeriveInput& input) {
  const ManifestTopic& wanted = input.wanted;
  Topic topic;
  topic.id = wanted.id;
  topic.title = wanted.title.empty() ? wanted.id : wanted.title;
  topic.status = wanted.status;
  topic.severity = wanted.severity;
  topic.languages = wanted.languages;
  topic.medtop = wanted.medtop;
  topic.exclude = wanted.exclude;
  topic.average_length = std::round(input.background->average_length() * 100) / 100;
  topic.derived =
      Derivation{.from = input.from, .digest = digest_of(input), .algorithm = algorithm};
  return topic;
}

/// Terms, their aliases and the report's rows.
void add_terms(const std::vector<Chosen>& chosen, const Material& material, Derived& derived) {
  for (const Chosen& term : chosen) {
    const Candidate& candidate = term.candidate;
    const double weight = std::round(100 * std::sqrt(term.value / chosen.front().value));
    if (weight < 1) continue;
    derived.topic.terms.push_back(
        {.text = candidate.text,
         .weight = weight,
         .provenance = fmt::format("{} of {} seeds; per 1000 words {:.2f}, background {:.3f}",
                                   candidate.seeds, material.seeds.size(), 1000 * term.share,
                                   1000 * candidate.background_share)});
    derived.report.terms.push_back({.term = candidate.text,
                                    .weight = weight,
                                    .seeds = candidate.seeds,
                                    .seed_share = term.share,
                                    .background_share = candidate.background_share,
                                    .background_items = candidate.background_items});
    if (const ReadyAlias* alias = find_alias(material, candidate.text))
      derived.topic.aliases.emplace_back(alias->group.name, alias->group.surfaces);
  }
}

std::string joined(const std::vector<std::string>& paragraphs) {
  std::string text;
  for (const std::string& paragraph : paragraphs) text += paragraph + "\n\n";
  return text;
}

/// How one seed fares against the rule, judged as any item is.
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

std::shared_ptr<const RuleSet> compiled(Topic topic) {
  Diagnostics diagnostics;
  topic.exclude.clear();
  auto rules = RuleSet::compile({std::move(topic)}, diagnostics);
  return rules ? *rules : nullptr;
}

void check_seeds(const DeriveInput& input, Derived& derived) {
  if (const auto rules = compiled(derived.topic))
    for (const Seed& seed : input.seeds) derived.report.seeds.push_back(judge_seed(*rules, seed));
  if (input.seeds.size() < 3) {
    derived.report.warnings.emplace_back(
        "fewer than three seeds: no seed can be left out to check");
    return;
  }
  for (std::size_t left_out = 0; left_out < input.seeds.size(); ++left_out) {
    DeriveInput others = input;
    others.check = false;
    others.seeds.erase(others.seeds.begin() + static_cast<std::ptrdiff_t>(left_out));
    const Seed& seed = input.seeds[left_out];
    const Result<Derived> from_others = derive(others);
    const auto rules = from_others ? compiled(from_others->topic) : nullptr;
    derived.report.leave_one_out.push_back(rules ? judge_seed(*rules, seed)
                                                 : SeedRow{.seed = seed.name});
  }
}

double lowest_seed_score(const DeriveInput& input, const Topic& topic) {
  double lowest = std::numeric_limits<double>::infinity();
  if (const auto rules = compiled(topic))
    for (const Seed& seed : input.seeds) lowest = std::min(lowest, judge_seed(*rules, seed).score);
  return lowest;
}

/// The score that one background item in a thousand exceeds, whatever the parent's marks say. Where
/// a seed scores less and those marks keep enough of the background away, the threshold comes down
/// to the seed: then still no more than one item in a thousand fires.
std::optional<Error> set_threshold(const DeriveInput& input, const Material& material,
                                   Derived& derived) {
  Topic& topic = derived.topic;
  Result<Calibration> all = calibrate(topic, material, *input.background);
  if (!all) return all.error();
  topic.threshold = all->threshold;
  derived.report.background_hits = all->hits;
  derived.report.suggested_exclusions = std::move(all->suggested_exclusions);
  if (input.parent == nullptr ||
      !require_parent(*input.parent, material, *input.background, derived))
    return std::nullopt;
  const double lowest = just_below(lowest_seed_score(input, topic));
  const Result<Calibration> marked = calibrate(topic, material, *input.background);
  const double least = marked ? marked->threshold : 0;
  if (lowest > 0 && lowest < topic.threshold) topic.threshold = std::max(lowest, least);
  return std::nullopt;
}

std::optional<Error> what_forbids(const DeriveInput& input) {
  const ManifestTopic& wanted = input.wanted;
  const std::string& language = input.background->language();
  if (input.seeds.empty())
    return Error{Errc::invalid_input, fmt::format("topic '{}': no seeds", wanted.id)};
  if (!wanted.languages.empty() && std::find(wanted.languages.begin(), wanted.languages.end(),
                                             language) == wanted.languages.end())
    return Error{Errc::invalid_input,
                 fmt::format("topic '{}': the background is in '{}', which is no language of the "
                             "topic; give one that is",
                             wanted.id, language)};
  return std::nullopt;
}

}  // namespace

Result<Derived> derive(const DeriveInput& input) {
  if (auto error = what_forbids(input)) return fail(std::move(*error));
  Derived derived{.topic = head_of(input)};
  const Material material = material_of(input, derived.report);
  const std::vector<Chosen> chosen =
      choose_terms(find_candidates(material, *input.background), material);
  if (chosen.empty())
    return fail(Errc::invalid_input,
                fmt::format("topic '{}': no term sets its seeds apart", input.wanted.id));
  add_terms(chosen, material, derived);
  require_terms(chosen, material, *input.background, derived);
  if (const auto error = set_threshold(input, material, derived)) return fail(*error);
  if (input.check) check_seeds(input, derived);
  return derived;
}

}  // namespace tocsin::topics
