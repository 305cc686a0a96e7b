// SPDX-License-Identifier: Apache-2.0
#include "topics/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "topics/derive_terms.hpp"
#include "topics/topic_lines.hpp"

namespace tocsin::topics {
namespace {

// Two clusters are one where their paragraphs are on average so much alike. Higher values leave
// most paragraphs of the shipped seeds alone, lower ones join what shares only its subject.
constexpr double least_alike = 0.12;
constexpr std::size_t least_paragraphs = 3;
constexpr std::size_t least_words = 12;  ///< A shorter paragraph is a heading or a caption.
constexpr std::size_t shown_terms = 3;
constexpr double name_factor = 2;

/// How much each of a paragraph's terms says, by the term's number; of length 1.
using Vector = std::map<std::size_t, double>;

struct Paragraphs {
  std::vector<std::string> names;  ///< "003#2"
  std::vector<std::string> terms;
  std::vector<Vector> vectors;  ///< Of each paragraph.
};

std::vector<Seed> paragraph_seeds(const SeedCorpus& corpus) {
  std::vector<Seed> seeds;
  for (const SeedDocument& document : corpus.documents)
    for (std::size_t i = 0; i < document.paragraphs.size(); ++i)
      seeds.push_back({.name = fmt::format("{}#{}", document.number, i + 1),
                       .paragraphs = {document.paragraphs[i]}});
  return seeds;
}

void make_unit(Vector& vector) {
  double sum = 0;
  for (const auto& [term, weight] : vector) sum += weight * weight;
  for (auto& [term, weight] : vector) weight /= std::sqrt(sum);
}

/// Words and aliases that several paragraphs share. A term says the more the rarer it is in the
/// news and in the corpus; names say twice as much.
Paragraphs weigh_paragraphs(const Material& material, const Background& background) {
  Paragraphs all;
  for (const SeedWords& seed : material.seeds) all.names.push_back(seed.name);
  all.vectors.resize(all.names.size());
  const auto size = static_cast<double>(all.names.size());
  for (const auto& [text, candidate] : find_candidates(material, background)) {
    if (text.find(' ') != std::string::npos) continue;
    const auto items = static_cast<double>(candidate.background_items);
    const double rarity =
        std::log((static_cast<double>(background.item_count()) + 1) / (items + 1));
    const double parting = std::log(size / static_cast<double>(candidate.seeds));
    const double weight = std::max(rarity, 0.0) * parting * (candidate.is_name ? name_factor : 1.0);
    if (weight <= 0) continue;
    for (const Place& place : candidate.places) all.vectors[place.seed][all.terms.size()] += weight;
    all.terms.push_back(text);
  }
  for (Vector& vector : all.vectors) make_unit(vector);
  return all;
}

double cosine(const Vector& a, const Vector& b) {
  double sum = 0;
  for (const auto& [term, weight] : a)
    if (const auto other = b.find(term); other != b.end()) sum += weight * other->second;
  return sum;
}

/// Joins the two clusters that are most alike on average until none are alike enough (group-average
/// clustering; the update of Lance and Williams 1967).
class Clusters {
 public:
  explicit Clusters(const std::vector<Vector>& vectors)
      : size_{vectors.size()},
        alike_(size_ * size_),
        members_(size_),
        best_(size_) {
    for (std::size_t a = 0; a < size_; ++a) {
      members_[a] = {a};
      for (std::size_t b = 0; b < a; ++b)
        alike_[a * size_ + b] = alike_[b * size_ + a] = cosine(vectors[a], vectors[b]);
    }
    for (std::size_t a = 0; a < size_; ++a) find_best(a);
  }

  std::vector<std::vector<std::size_t>> run() {
    while (join_best()) {
    }
    return std::move(members_);
  }

 private:
  [[nodiscard]] double alike(std::size_t a, std::size_t b) const { return alike_[a * size_ + b]; }

  void find_best(std::size_t a) {
    best_[a] = a;
    for (std::size_t b = 0; b < size_; ++b)
      if (b != a && !members_[b].empty() && (best_[a] == a || alike(a, b) > alike(a, best_[a])))
        best_[a] = b;
  }

  bool join_best() {
    std::size_t first = size_;
    for (std::size_t a = 0; a < size_; ++a)
      if (!members_[a].empty() && best_[a] != a &&
          (first == size_ || alike(a, best_[a]) > alike(first, best_[first])))
        first = a;
    if (first == size_ || alike(first, best_[first]) < least_alike) return false;
    join(first, best_[first]);
    return true;
  }

  void join(std::size_t a, std::size_t b) {
    const auto of_a = static_cast<double>(members_[a].size());
    const auto of_b = static_cast<double>(members_[b].size());
    for (std::size_t other = 0; other < size_; ++other) {
      const double joined = (of_a * alike(other, a) + of_b * alike(other, b)) / (of_a + of_b);
      alike_[other * size_ + a] = alike_[a * size_ + other] = joined;
    }
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b].clear();
    for (std::size_t other = 0; other < size_; ++other)
      if (!members_[other].empty()) refresh(other, a, b);
  }

  /// What `other` is most like, after `b` went into `a`.
  void refresh(std::size_t other, std::size_t a, std::size_t b) {
    if (other == a || best_[other] == a || best_[other] == b || best_[other] == other)
      find_best(other);
    else if (alike(other, a) > alike(other, best_[other]))
      best_[other] = a;
  }

  std::size_t size_;
  std::vector<double> alike_;  ///< By pairs.
  std::vector<std::vector<std::size_t>> members_;
  std::vector<std::size_t> best_;  ///< Of each cluster the one most like it; itself for none.
};

/// What the members share: the terms with the greatest sum of weights over those that hold them,
/// times the share of members that do.
std::vector<std::string> shared_terms(const Paragraphs& all,
                                      const std::vector<std::size_t>& members) {
  std::map<std::size_t, std::pair<double, std::size_t>> sums;
  for (const std::size_t member : members)
    for (const auto& [term, weight] : all.vectors[member]) {
      sums[term].first += weight;
      ++sums[term].second;
    }
  std::vector<std::pair<double, std::size_t>> values;
  for (const auto& [term, sum] : sums)
    if (sum.second > 1) values.emplace_back(sum.first * static_cast<double>(sum.second), term);
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> terms;
  for (const auto& [value, term] : values) {
    if (terms.size() == shown_terms) break;
    const std::string& text = all.terms[term];
    terms.push_back(text.starts_with("@") ? text.substr(1) : text);
  }
  return terms;
}

std::string id_of(const std::vector<std::string>& terms, std::set<std::string>& taken) {
  std::string id;
  for (const std::string& term : terms) {
    std::string part;
    for (const char c : term)
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-') part += c;
    if (!part.empty()) id += (id.empty() ? "" : "-") + part;
  }
  if (id.empty()) id = "group";
  std::string unique = id;
  for (int number = 2; !taken.insert(unique).second; ++number)
    unique = fmt::format("{}-{}", id, number);
  return unique;
}

}  // namespace

Result<std::vector<SuggestedGroup>> suggest_groups(const SeedCorpus& corpus,
                                                   const Background& background,
                                                   const AliasTable* aliases) {
  std::vector<std::string> ignored;
  Material material;
  material.seeds = clean_seeds(paragraph_seeds(corpus), ignored, Choice::none);
  std::erase_if(material.seeds,
                [](const SeedWords& seed) { return seed.words.size() < least_words; });
  if (material.seeds.size() > max_suggest_paragraphs)
    return fail(Errc::too_large,
                fmt::format("{}: {} paragraphs; groups are suggested for up to {}", corpus.folder,
                            material.seeds.size(), max_suggest_paragraphs));
  material.aliases = alias_groups(material.seeds, aliases, true);
  const Paragraphs all = weigh_paragraphs(material, background);
  std::vector<std::vector<std::size_t>> clusters = Clusters{all.vectors}.run();
  std::erase_if(clusters, [](const auto& members) { return members.size() < least_paragraphs; });
  if (clusters.empty())
    return fail(Errc::not_found,
                fmt::format("{}: no {} paragraphs are alike", corpus.folder, least_paragraphs));
  for (auto& members : clusters) std::sort(members.begin(), members.end());
  std::stable_sort(clusters.begin(), clusters.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<SuggestedGroup> groups;
  std::set<std::string> taken;
  for (const auto& members : clusters) {
    SuggestedGroup group{.terms = shared_terms(all, members)};
    group.id = id_of(group.terms, taken);
    for (const std::size_t member : members) group.passages.push_back(all.names[member]);
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string to_manifest(const std::vector<SuggestedGroup>& groups, const SeedCorpus& corpus) {
  std::size_t paragraphs = 0;
  for (const SeedDocument& document : corpus.documents) paragraphs += document.paragraphs.size();
  std::size_t grouped = 0;
  for (const SuggestedGroup& group : groups) grouped += group.passages.size();
  std::string toml = fmt::format(
      "# Suggested: {} groups of alike paragraphs, {} of {}. Correct the titles, drop what does "
      "not "
      "belong.\nformat = 1\n",
      groups.size(), grouped, paragraphs);
  for (const SuggestedGroup& group : groups) {
    std::vector<std::string> quoted;
    for (const std::string& passage : group.passages) quoted.push_back(toml_string(passage));
    toml += fmt::format("\n[[topic]]\nid = {}\ntitle = {}\nfrom = [{}]\n", toml_string(group.id),
                        toml_string(fmt::format("{}", fmt::join(group.terms, ", "))),
                        fmt::join(quoted, ", "));
  }
  return toml;
}

}  // namespace tocsin::topics
