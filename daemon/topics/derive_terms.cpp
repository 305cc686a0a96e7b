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
// group.
constexpr double sibling_part = 0.7;
// What an occurrence is worth that stands inside a term chosen before: "fighters" in "foreign
// fighters" says little more.
constexpr double covered_part = 0.3;

// Seeds as short as items. The chance that a term returns was counted over the later items of half
// of the current-events topics: of the words of one seed in four about 3 % stand in a later item of
// the topic and of the names 7 %, of those of all four 30 % and 70 %. Counted so it grows with the
// agreement to the power of 1.6; 2 ranks the items of all four collections better.
constexpr double name_returns = 0.7;
constexpr double word_returns = 0.3;
constexpr double agreement_power = 2;
// Items of later news that hold a term which the background does not know.
constexpr double unseen = 0.002;
constexpr double length_discount = 0.25;
// The evidence of several terms is not independent, so that many weak ones together must not
// outweigh a strong one: the weight grows faster than the evidence.
constexpr double weight_power = 1.5;

/// What a seed looks like once the longest names of aliases are one unit each.
struct Unit {
  const AliasGroup* alias = nullptr;
  Place place;
};

std::vector<Unit> units_of(const SeedWords& seed, std::uint32_t number,
                           const std::vector<AliasGroup>& aliases) {
  std::vector<Unit> units;
  for (std::uint32_t first = 0; first < seed.words.size();) {
    Unit unit{.alias = nullptr, .place = {number, first, 1}};
    std::size_t longest = 0;
    for (const AliasGroup& alias : aliases) {
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
      take("@" + unit.alias->name, unit.place);
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

/// How telling a term is, and how strongly the rule should count it.
struct Worth {
  double value = 0;
  double weight = 0;
};

/// Documents and passages: what the term adds to the divergence of the seeds from ordinary news.
/// `p` is its share of the seeds' words.
Worth worth_in_documents(const Candidate& candidate, double p) {
  const double q = std::max(candidate.background_share, sibling_part * candidate.sibling_share);
  if (p <= q) return {};
  const double value = p * std::log(p / q);
  return {.value = value, .weight = std::sqrt(value)};
}

/// How many of the seeds hold the term, as a share. A long seed tells of more than its topic, so
/// that a term of it says less than one of a short seed.
double agreement(const Candidate& candidate, const Material& material) {
  double sum = 0;
  const Place* before = nullptr;
  for (const Place& place : candidate.places) {
    if (before == nullptr || before->seed != place.seed)
      sum += std::pow(
          material.usual_length / static_cast<double>(material.seeds[place.seed].words.size()),
          length_discount);
    before = &place;
  }
  return sum / static_cast<double>(material.seeds.size());
}

/// Seeds as short as items: the chance that the next item of the topic holds the term, against the
/// chance that any item does. `uncovered` is how much of its occurrences is news.
Worth worth_in_items(const Candidate& candidate, double uncovered, const Material& material) {
  const double often = std::pow(agreement(candidate, material), agreement_power);
  const double p = std::min((candidate.is_name ? name_returns : word_returns) * often, 1.0);
  const double items =
      static_cast<double>(candidate.background_items) / static_cast<double>(material.usual_items);
  const double evidence = std::log(1 + p / (items + unseen));
  return {.value = uncovered * p * evidence,
          .weight = std::pow(uncovered * evidence, weight_power)};
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

/// What a candidate is worth when what is covered counts in part.
struct Weighed {
  double share = 0;
  Worth worth;
};

Weighed weigh(const Candidate& candidate, const Covered& covered, const Material& material) {
  std::vector<double> counts(material.seeds.size());
  double all = 0;
  for (const Place& place : candidate.places) {
    const double part = covered.touches(place) ? covered_part : 1;
    counts[place.seed] += part;
    all += part;
  }
  Weighed weighed{.share = mean_share(counts, material.seeds), .worth = {}};
  const double uncovered = all / static_cast<double>(candidate.places.size());
  weighed.worth = material.are_items ? worth_in_items(candidate, uncovered, material)
                                     : worth_in_documents(candidate, weighed.share);
  return weighed;
}

/// Seeds that must hold a term. Short seeds seldom repeat each other, so that there a word of one
/// may count; a phrase is worth its place beside its words only where most of them hold it.
std::size_t least_seeds_for(bool is_phrase, const Material& material) {
  const std::size_t seeds = material.seeds.size();
  if (!material.are_items) return std::min(least_seeds, seeds);
  return is_phrase ? seeds / 2 + 1 : 1;
}

bool is_name_at(const Place& place, const SeedWords& seed) {
  const SeedWord& word = seed.words[place.first];
  return word.is_capitalised && !word.starts_sentence;
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
                    candidate.is_name = candidate.is_name || is_name_at(place, seed);
                    candidate.places.push_back(place);
                  });
  }
  std::erase_if(candidates, [&](const auto& entry) {
    const bool is_phrase = entry.first.find(' ') != std::string::npos;
    return entry.second.seeds < least_seeds_for(is_phrase, material);
  });
  for (auto& [text, candidate] : candidates) {
    candidate.text = text;
    const AliasGroup* alias = find_alias(material, text);
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
    auto best = candidates.end();
    Weighed most;
    for (auto at = candidates.begin(); at != candidates.end(); ++at) {
      const Weighed next = weigh(at->second, covered, material);
      if (next.worth.value <= most.worth.value) continue;
      most = next;
      best = at;
    }
    if (best == candidates.end()) break;
    for (const Place& place : best->second.places) covered.add(place);
    chosen.push_back({.candidate = std::move(best->second),
                      .share = most.share,
                      .value = most.worth.value,
                      .weight = most.worth.weight});
    candidates.erase(best);
  }
  return chosen;
}

const AliasGroup* find_alias(const Material& material, std::string_view text) {
  if (!text.starts_with("@")) return nullptr;
  const auto found =
      std::find_if(material.aliases.begin(), material.aliases.end(),
                   [&](const AliasGroup& alias) { return alias.name == text.substr(1); });
  return found == material.aliases.end() ? nullptr : &*found;
}

}  // namespace tocsin::topics
