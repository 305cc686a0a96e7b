// SPDX-License-Identifier: Apache-2.0
#include "topics/derive_terms.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "topics/common_words.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t max_terms = 30;
constexpr std::size_t least_seeds = 2;
constexpr std::size_t longest_ngram = 3;
// How much of a sibling share counts as background. At 1 the name of the group itself is worth
// nothing and 4 of 56 replayed positives are missed; at 0.5 every topic fires on every item of the
// group. nothing.
constexpr double sibling_part = 0.7;
// What an occurrence is worth that stands inside a term chosen before: "fighters" in "foreign
// fighters" says little more. Measured on current-events: 0 MAP .442, 0.3 .446, 1 .443.
constexpr double covered_part = 0.3;

/// What a seed looks like once the longest names of aliases are one unit each.
struct Unit {
  const ReadyAlias* alias = nullptr;
  Place place;
};

std::vector<Unit> units_of(const SeedWords& seed, std::uint32_t number,
                           const std::vector<ReadyAlias>& aliases) {
  std::vector<Unit> units;
  for (std::uint32_t first = 0; first < seed.words.size();) {
    Unit unit{.alias = nullptr, .place = {number, first, 1}};
    std::size_t longest = 0;
    for (const ReadyAlias& alias : aliases) {
      const std::size_t words = alias_at(alias, seed, first);
      if (words > longest) {
        longest = words;
        unit.alias = &alias;
      }
    }
    unit.place.count = static_cast<std::uint32_t>(std::max<std::size_t>(longest, 1));
    first += unit.place.count;
    units.push_back(unit);
  }
  return units;
}

/// Hands every possible term of a seed to `take(text, place)`.
template <typename Take>
void for_each_term(const SeedWords& seed, const std::vector<Unit>& units, const Take& take) {
  for (std::size_t at = 0; at < units.size(); ++at) {
    const Unit& unit = units[at];
    if (unit.alias != nullptr) {
      take("@" + unit.alias->group.name, unit.place);
      continue;
    }
    const SeedWord& word = seed.words[unit.place.first];
    const bool is_common = is_common_word(word.key);
    if (!is_common && !word.is_number && word.key.size() > 1) take(word.key, unit.place);
    if (is_function_word(word.key)) continue;
    std::string text = word.key;
    bool all_common = is_common || word.is_number;
    for (std::size_t last = at + 1; last < std::min(at + longest_ngram, units.size()); ++last) {
      const SeedWord& next = seed.words[units[last].place.first];
      if (units[last].alias != nullptr || next.sentence != word.sentence) break;
      text.append(" ").append(next.key);
      all_common = all_common && (is_common_word(next.key) || next.is_number);
      if (is_function_word(next.key) || all_common) continue;
      take(text,
           Place{unit.place.seed, unit.place.first, static_cast<std::uint32_t>(last - at + 1)});
    }
  }
}

/// p: the mean over seeds of occurrences per word. Pooled counts would let one long seed drown the
/// others.
double mean_share(const std::vector<double>& counts, const std::vector<SeedWords>& seeds) {
  double sum = 0;
  for (std::size_t seed = 0; seed < seeds.size(); ++seed)
    sum += counts[seed] / static_cast<double>(seeds[seed].words.size());
  return seeds.empty() ? 0 : sum / static_cast<double>(seeds.size());
}

void add_sibling_shares(const Material& material, std::map<std::string, Candidate>& candidates) {
  std::map<std::string, std::vector<double>> counts;
  const std::size_t size = material.siblings.size();
  for (std::uint32_t number = 0; number < size; ++number) {
    const SeedWords& seed = material.siblings[number];
    for_each_term(seed, units_of(seed, number, material.aliases),
                  [&](const std::string& text, const Place&) {
                    if (!candidates.contains(text)) return;
                    auto& of_term = counts[text];
                    of_term.resize(size);
                    ++of_term[number];
                  });
  }
  for (const auto& [text, of_term] : counts)
    candidates[text].sibling_share = mean_share(of_term, material.siblings);
}

/// The value of a term that holds the share `p` of the seeds' words.
double value_of(const Candidate& candidate, double p, std::size_t seeds, const Material& material) {
  const double q = std::max(candidate.background_share, sibling_part * candidate.sibling_share);
  if (p <= q) return 0;
  if (!material.are_items) return p * std::log(p / q);
  const double frequent = std::sqrt(1000 * p);
  return static_cast<double>(seeds) / static_cast<double>(material.seeds.size()) * std::log(p / q) *
         frequent / (1 + frequent);
}

/// The words that terms chosen so far cover.
class Covered {
 public:
  explicit Covered(const std::vector<SeedWords>& seeds) {
    for (const SeedWords& seed : seeds) covered_.emplace_back(seed.words.size());
  }

  void add(const Place& place) {
    for (std::uint32_t i = 0; i < place.count; ++i) covered_[place.seed][place.first + i] = true;
  }

  [[nodiscard]] bool touches(const Place& place) const {
    for (std::uint32_t i = 0; i < place.count; ++i)
      if (covered_[place.seed][place.first + i]) return true;
    return false;
  }

 private:
  std::vector<std::vector<bool>> covered_;
};

/// p, v and the number of seeds of a candidate, what is covered counted in part.
Chosen weigh(const Candidate& candidate, const Covered& covered, const Material& material) {
  std::vector<double> counts(material.seeds.size());
  for (const Place& place : candidate.places)
    counts[place.seed] += covered.touches(place) ? covered_part : 1;
  const auto seeds = static_cast<std::size_t>(
      std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; }));
  Chosen chosen{.candidate = candidate, .share = mean_share(counts, material.seeds)};
  if (seeds > 0) chosen.value = value_of(candidate, chosen.share, seeds, material);
  return chosen;
}

}  // namespace

std::map<std::string, Candidate> find_candidates(const Material& material,
                                                 const Background& background) {
  std::map<std::string, Candidate> candidates;
  for (std::uint32_t number = 0; number < material.seeds.size(); ++number) {
    const SeedWords& seed = material.seeds[number];
    for_each_term(seed, units_of(seed, number, material.aliases),
                  [&](const std::string& text, const Place& place) {
                    Candidate& candidate = candidates[text];
                    if (candidate.places.empty() || candidate.places.back().seed != number)
                      ++candidate.seeds;
                    candidate.places.push_back(place);
                  });
  }
  std::erase_if(candidates, [&](const auto& entry) {
    const bool is_phrase = entry.first.find(' ') != std::string::npos;
    const std::size_t least = material.are_items && !is_phrase ? 1 : least_seeds;
    return entry.second.seeds < std::min(least, material.seeds.size());
  });
  for (auto& [text, candidate] : candidates) {
    candidate.text = text;
    const ReadyAlias* alias = find_alias(material, text);
    const BackgroundTerm term =
        alias != nullptr ? BackgroundTerm{background, *alias} : BackgroundTerm{background, text};
    candidate.background_share = term.share(background);
    candidate.background_items = term.items();
  }
  add_sibling_shares(material, candidates);
  return candidates;
}

std::vector<Chosen> choose_terms(std::map<std::string, Candidate> candidates,
                                 const Material& material) {
  std::vector<Chosen> chosen;
  Covered covered{material.seeds};
  while (chosen.size() < max_terms) {
    Chosen best;
    for (const auto& [text, candidate] : candidates) {
      Chosen next = weigh(candidate, covered, material);
      if (next.value > best.value) best = std::move(next);
    }
    if (best.value <= 0) break;
    for (const Place& place : best.candidate.places) covered.add(place);
    candidates.erase(best.candidate.text);
    chosen.push_back(std::move(best));
  }
  return chosen;
}

const ReadyAlias* find_alias(const Material& material, std::string_view text) {
  if (!text.starts_with("@")) return nullptr;
  const auto found =
      std::find_if(material.aliases.begin(), material.aliases.end(),
                   [&](const ReadyAlias& alias) { return alias.group.name == text.substr(1); });
  return found == material.aliases.end() ? nullptr : &*found;
}

}  // namespace tocsin::topics
