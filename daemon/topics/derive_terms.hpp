// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topics/alias_mining.hpp"
#include "topics/background.hpp"
#include "topics/derive.hpp"
#include "topics/seed_words.hpp"

namespace tocsin::topics {

/// The background's counts of one term, or of all names of an alias together.
class BackgroundTerm {
 public:
  BackgroundTerm(const Background& background, const std::string& term);
  BackgroundTerm(const Background& background, const AliasGroup& alias);

  [[nodiscard]] const std::vector<Occurrence>& occurrences() const& { return occurrences_; }

  const std::vector<Occurrence>& occurrences() && = delete;  // would dangle

  [[nodiscard]] std::size_t items() const { return occurrences_.size(); }

  /// Occurrences per word of the background, half an occurrence added so that no share is zero.
  [[nodiscard]] double share(const Background& background) const;

 private:
  std::vector<Occurrence> occurrences_;  ///< By item.
};

/// Words [first, first + count) of a seed.
struct Place {
  std::uint32_t seed = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Something a rule could look for: a word, a pair or triple of words, an alias.
struct Candidate {
  std::string text{};           ///< As it would stand in the topic file: "@islamic-state".
  std::vector<Place> places{};  ///< By seed, then word.
  std::size_t seeds = 0;        ///< That hold it.
  bool is_name = false;         ///< Capitalised somewhere inside a sentence.
  double background_share = 0;  ///< q
  std::size_t background_items = 0;
  double sibling_share = 0;  ///< Its p over the siblings.
};

/// Seeds with their aliases found.
struct Material {
  std::vector<SeedWords> seeds{};
  std::vector<SeedWords> siblings{};
  std::vector<AliasGroup> aliases{};
  bool are_items = false;       ///< The seeds are as short as news items.
  double usual_length = 1;      ///< Words of a background item.
  std::size_t usual_items = 0;  ///< Items of the background.
};

/// A term chosen for the rule.
struct Chosen {
  Candidate candidate{};
  double share = 0;   ///< p: mean over seeds of its occurrences per word, uncovered ones.
  double value = 0;   ///< By which it was chosen.
  double weight = 0;  ///< In the rule, up to a factor that all terms share.
};

/// Everything in the seeds that could be a term, by its text.
[[nodiscard]] std::map<std::string, Candidate> find_candidates(const Material& material,
                                                               const Background& background);

/// At most 30 of the candidates, the most telling first.
[[nodiscard]] std::vector<Chosen> choose_terms(std::map<std::string, Candidate> candidates,
                                               const Material& material);

/// The alias of that reference ("@islamic-state"); null when the text is no reference to one.
[[nodiscard]] const AliasGroup* find_alias(const Material& material, std::string_view text);

}  // namespace tocsin::topics
