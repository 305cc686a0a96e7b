// SPDX-License-Identifier: Apache-2.0
#include "topics/derive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/digest.hpp"
#include "topics/derive_check.hpp"
#include "topics/derive_require.hpp"
#include "topics/derive_terms.hpp"
#include "topics/derive_threshold.hpp"

namespace tocsin::topics {

namespace {

constexpr int algorithm = 3;

// Seeds of at most as many words on average are weighed as items: their counts are all one.
constexpr double longest_item = 60;
// k₁ for topics from such seeds. The items they will meet are short, and a word said twice in one
// sentence says hardly more than a word said once.
constexpr double item_saturation = 0.4;

// For the threshold a seed is left out where two are left, and the threshold comes down to what no
// more than five items in a thousand exceed. At three Cn is .03 worse, at ten precision .03.
constexpr std::size_t least_to_leave_out = 3;
constexpr double lowered_share = 0.005;

// Of the current-events topics the median has its threshold at 0.26 of the lowest score of a seed.
constexpr double part_of_lowest_seed = 0.25;

Material material_of(const DeriveInput& input, DeriveReport& report) {
  Material material;
  material.seeds = clean_seeds(input.seeds, report.warnings);
  std::vector<std::string> ignored;
  material.siblings = clean_seeds(input.siblings, ignored);
  double words = 0;
  for (const SeedWords& seed : material.seeds) words += static_cast<double>(seed.words.size());
  material.usual_length = std::max(input.background->average_length(), 1.0);
  material.usual_items = std::max<std::size_t>(input.background->item_count(), 1);
  material.are_items = words <= longest_item * static_cast<double>(material.seeds.size());
  material.aliases = alias_groups(material.seeds, input.aliases, material.are_items);
  if (input.parent != nullptr) add_aliases_of(*input.parent, material.aliases);
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
  const auto heaviest =
      std::max_element(chosen.begin(), chosen.end(),
                       [](const Chosen& a, const Chosen& b) { return a.weight < b.weight; });
  for (const Chosen& term : chosen) {
    const Candidate& candidate = term.candidate;
    const double weight = std::round(100 * term.weight / heaviest->weight);
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
    if (const AliasGroup* alias = find_alias(material, candidate.text))
      derived.topic.aliases.emplace_back(alias->name, alias->surfaces);
  }
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

/// A rule before its threshold, and what it was made from.
struct Draft {
  Derived derived;
  Material material;
};

Result<Draft> draft_of(const DeriveInput& input) {
  if (auto error = what_forbids(input)) return fail(std::move(*error));
  Draft draft{.derived = {.topic = head_of(input)}, .material = {}};
  draft.material = material_of(input, draft.derived.report);
  if (draft.material.are_items) draft.derived.topic.saturation = item_saturation;
  const std::vector<Chosen> chosen =
      choose_terms(find_candidates(draft.material, *input.background), draft.material);
  if (chosen.empty())
    return fail(Errc::invalid_input,
                fmt::format("topic '{}': no term sets its seeds apart", input.wanted.id));
  add_terms(chosen, draft.material, draft.derived);
  require_terms(chosen, draft.material, *input.background, draft.derived);
  return draft;
}

/// How many background items score no less than a seed does by the rule from the others.
std::size_t background_items_before(const DeriveInput& input, std::size_t left_out) {
  const std::size_t all = input.background->item_count();
  const Result<Draft> draft = draft_of(without_seed(input, left_out));
  const auto rules = draft ? compile_alone(draft->derived.topic) : nullptr;
  if (!rules) return all;
  const double score = judge_seed(*rules, input.seeds[left_out]).score;
  if (score <= 0) return all;
  const std::vector<double> scores =
      score_background(draft->derived.topic, draft->material, *input.background);
  return static_cast<std::size_t>(std::count_if(
      scores.begin(), scores.end(), [&](double background) { return background >= score; }));
}

/// Brings the threshold down to where each seed would fire by the rule from the others. Short seeds
/// share few words with each other and so with the items to come, and that is how far they fall
/// short. Where too few are left to leave one out they are taken to fall as short as is allowed.
void lower_to_left_out_seeds(const DeriveInput& input, const std::vector<double>& scores,
                             Topic& topic) {
  const auto most =
      static_cast<std::size_t>(lowered_share * static_cast<double>(input.background->item_count()));
  if (most == 0) return;
  std::size_t items = input.seeds.size() < least_to_leave_out ? most : 0;
  for (std::size_t seed = 0; seed < input.seeds.size() && items < most; ++seed)
    items = std::max(items, background_items_before(input, seed) + 1);
  topic.threshold = std::min(topic.threshold, threshold_for(scores, std::min(items, most)));
}

/// The threshold of a topic of which the background says too little.
std::optional<Error> set_threshold_by_seeds(const DeriveInput& input, const Error& why,
                                            Derived& derived) {
  const double lowest = lowest_seed_score(input, derived.topic);
  if (input.needs_background || !(lowest > 0)) return why;
  derived.topic.threshold = just_below(part_of_lowest_seed * lowest);
  derived.report.warnings.emplace_back(
      "too few background items have a score: the threshold is a quarter of the lowest seed's "
      "score");
  return std::nullopt;
}

/// The score that one background item in a thousand exceeds, whatever the parent's marks say. Where
/// a seed scores less and those marks keep enough of the background away, the threshold comes down
/// to the seed: then still no more than one item in a thousand fires.
std::optional<Error> set_threshold(const DeriveInput& input, const Material& material,
                                   Derived& derived) {
  Topic& topic = derived.topic;
  Result<Calibration> all = calibrate(topic, material, *input.background);
  if (!all) return set_threshold_by_seeds(input, all.error(), derived);
  topic.threshold = all->threshold;
  if (input.check)
    derived.report.suggested_exclusions = suggest_exclusions(topic, material, *input.background);
  if (material.are_items && input.parent == nullptr)
    lower_to_left_out_seeds(input, all->scores, topic);
  if (input.parent == nullptr ||
      !require_parent(*input.parent, material, *input.background, derived))
    return std::nullopt;
  const double lowest = just_below(lowest_seed_score(input, topic));
  const Result<Calibration> marked = calibrate(topic, material, *input.background);
  const double least = marked ? marked->threshold : 0;
  if (lowest > 0 && lowest < topic.threshold) topic.threshold = std::max(lowest, least);
  return std::nullopt;
}

}  // namespace

Result<Derived> derive(const DeriveInput& input) {
  Result<Draft> draft = draft_of(input);
  if (!draft) return fail(draft.error());
  if (const auto error = set_threshold(input, draft->material, draft->derived)) return fail(*error);
  if (input.check) check_seeds(input, draft->derived);
  return std::move(draft->derived);
}

}  // namespace tocsin::topics
