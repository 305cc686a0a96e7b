// SPDX-License-Identifier: Apache-2.0
#include "topics/derive_require.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace tocsin::topics {

namespace {

constexpr std::size_t required_from = 10;  ///< Best terms looked at.
constexpr double required_share = 0.02;    ///< Of the background's items, that may hold the term.
constexpr double without_required = 0.5;

/// A term and the seeds that hold it.
struct Mark {
  std::string text{};
  std::set<std::uint32_t> seeds{};
};

std::set<std::uint32_t> all_of(std::size_t seeds) {
  std::set<std::uint32_t> numbers;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) numbers.insert(seed);
  return numbers;
}

/// The smallest set of marks that hits every missing seed; nothing when there is none. Greedy: the
/// mark that hits most of the seeds not yet hit, of equals the first.
std::optional<std::vector<std::string>> smallest_cover(const std::vector<Mark>& marks,
                                                       std::set<std::uint32_t> missing) {
  std::vector<std::string> cover;
  while (!missing.empty()) {
    const Mark* best = nullptr;
    std::size_t most = 0;
    for (const Mark& mark : marks) {
      const auto hits = static_cast<std::size_t>(
          std::count_if(mark.seeds.begin(), mark.seeds.end(),
                        [&](std::uint32_t seed) { return missing.contains(seed); }));
      if (hits <= most) continue;
      most = hits;
      best = &mark;
    }
    if (best == nullptr) return std::nullopt;
    cover.push_back(best->text);
    for (const std::uint32_t seed : best->seeds) missing.erase(seed);
  }
  return cover;
}

bool is_rare(const Background& background, std::size_t items) {
  return static_cast<double>(items) <=
         required_share * static_cast<double>(background.item_count());
}

/// The seeds that hold a term of another topic.
Mark mark_of(const std::string& text, const Material& material) {
  Mark mark{.text = text};
  AliasGroup alone;
  const AliasGroup* names = find_alias(material, text);
  if (names == nullptr) {
    if (auto phrase = parse_phrase(text)) alone.phrases.push_back(std::move(*phrase));
    names = &alone;
  }
  for (std::uint32_t seed = 0; seed < material.seeds.size(); ++seed)
    for (std::size_t first = 0; first < material.seeds[seed].words.size(); ++first)
      if (alias_at(*names, material.seeds[seed], first) != 0) mark.seeds.insert(seed);
  return mark;
}

std::size_t background_items(const std::string& text, const Material& material,
                             const Background& background) {
  const AliasGroup* alias = find_alias(material, text);
  return (alias != nullptr ? BackgroundTerm{background, *alias} : BackgroundTerm{background, text})
      .items();
}

/// What the parent requires itself, and of its other terms as few as hit the seeds left.
std::optional<std::vector<std::string>> parent_marks(const Topic& parent, const Material& material,
                                                     const Background& background) {
  std::vector<std::string> required;
  std::set<std::uint32_t> missing = all_of(material.seeds.size());
  for (const RequiredGroup& group : parent.require)
    for (const std::string& text : group.any) {
      required.push_back(text);
      for (const std::uint32_t seed : mark_of(text, material).seeds) missing.erase(seed);
    }
  std::vector<Mark> marks;
  for (const Term& term : parent.terms)
    if (is_rare(background, background_items(term.text, material, background)))
      marks.push_back(mark_of(term.text, material));
  const auto others = smallest_cover(marks, missing);
  if (!others) return std::nullopt;
  required.insert(required.end(), others->begin(), others->end());
  return required;
}

void add_alias(const std::string& text, const Material& material, Topic& topic) {
  const AliasGroup* alias = find_alias(material, text);
  if (alias == nullptr) return;
  const bool is_known = std::any_of(topic.aliases.begin(), topic.aliases.end(),
                                    [&](const auto& known) { return known.first == alias->name; });
  if (!is_known) topic.aliases.emplace_back(alias->name, alias->surfaces);
}

}  // namespace

void require_terms(const std::vector<Chosen>& chosen, const Material& material,
                   const Background& background, Derived& derived) {
  std::vector<Mark> marks;
  for (const Chosen& term : chosen) {
    if (marks.size() == required_from) break;
    Mark mark{.text = term.candidate.text};
    for (const Place& place : term.candidate.places) mark.seeds.insert(place.seed);
    if (is_rare(background, term.candidate.background_items)) marks.push_back(std::move(mark));
  }
  auto cover = smallest_cover(marks, all_of(material.seeds.size()));
  if (!cover)
    derived.report.warnings.emplace_back(
        "the best terms that are rare elsewhere do not hit every seed: none is required");
  else
    derived.topic.require.push_back({.any = std::move(*cover), .otherwise = without_required});
}

bool require_parent(const Topic& parent, const Material& material, const Background& background,
                    Derived& derived) {
  auto required = parent_marks(parent, material, background);
  if (!required) {
    derived.report.warnings.push_back("a seed holds no mark of the topic '" + parent.id +
                                      "' that holds them all");
    return false;
  }
  for (const std::string& text : *required) add_alias(text, material, derived.topic);
  derived.topic.require.push_back({.any = std::move(*required), .otherwise = 0});
  return true;
}

void add_aliases_of(const Topic& parent, std::vector<AliasGroup>& aliases) {
  for (const auto& [name, surfaces] : parent.aliases) {
    if (std::any_of(aliases.begin(), aliases.end(),
                    [&, &wanted = name](const AliasGroup& known) { return known.name == wanted; }))
      continue;
    AliasGroup alias{.name = name, .surfaces = surfaces};
    read_phrases(alias);
    aliases.push_back(std::move(alias));
  }
}

}  // namespace tocsin::topics
