// SPDX-License-Identifier: Apache-2.0
#include "topics/alias_mining.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "text/tokenize.hpp"
#include "topics/background.hpp"
#include "topics/common_words.hpp"

namespace tocsin::topics {

namespace {

constexpr std::size_t least_acronyms = 2;
constexpr std::size_t longest_acronym = 6;
constexpr std::size_t longest_name = 9;  ///< Words, those between the capitalised ones included.

/// A capitalised phrase whose initials spell an acronym of the seeds.
struct Name {
  std::string written;
  std::string acronym;
  std::size_t times = 0;
  std::set<std::string> seeds;
};

using Names = std::map<std::string, Name>;  ///< By comparison form.

std::set<std::string> frequent_acronyms(std::span<const SeedWords> seeds) {
  std::map<std::string, std::size_t> times;
  for (const SeedWords& seed : seeds)
    for (const SeedWord& word : seed.words)
      if (word.is_exact_case) ++times[exact_case_term(word.written).substr(1)];
  std::set<std::string> frequent;
  for (const auto& [acronym, count] : times)
    if (count >= least_acronyms) frequent.insert(acronym);
  return frequent;
}

/// Words that may stand small inside a name: "Islamic State in Iraq and the Levant".
bool joins_names(const SeedWord& word) {
  return is_function_word(word.key);
}

/// Counts every name that begins at `first` and spells one of the acronyms.
void count_names_at(const SeedWords& seed, std::size_t first, const std::set<std::string>& acronyms,
                    Names& names) {
  std::string initials;
  std::string form;
  std::string written;
  for (std::size_t at = first; at < std::min(seed.words.size(), first + longest_name); ++at) {
    const SeedWord& word = seed.words[at];
    const bool is_part =
        word.is_capitalised && !word.is_exact_case && word.key[0] >= 'a' && word.key[0] <= 'z';
    if (word.sentence != seed.words[first].sentence || (!is_part && !joins_names(word))) return;
    form += (form.empty() ? "" : " ") + word.key;
    written += (written.empty() ? "" : " ") + word.written;
    if (!is_part) continue;
    initials += static_cast<char>(word.key[0] - 'a' + 'A');
    if (initials.size() > longest_acronym) return;
    if (initials.size() < 2 || !acronyms.contains(initials)) continue;
    // Two letters are too little to skip words for: "Iraq and Syria" is no IS.
    if (initials.size() == 2 && at != first + 1) continue;
    Name& name = names[form];
    if (name.times == 0) name.written = written;
    name.acronym = initials;
    ++name.times;
    name.seeds.insert(seed.name);
  }
}

/// The shorter the acronym, the likelier that initials spell it by chance.
bool is_seen_enough(const Name& name) {
  switch (name.acronym.size()) {
    case 2:
      return name.times >= 5 && name.seeds.size() >= 3;
    case 3:
      return name.times >= 2;
    default:
      return true;
  }
}

/// "=IS", as it is a word when small; "ISIS".
std::string acronym_surface(const std::string& acronym) {
  const bool is_word = acronym.size() == 2 || is_common_word(text::comparison_form(acronym));
  return is_word ? "=" + acronym : acronym;
}

std::string slug(std::string form) {
  std::replace(form.begin(), form.end(), ' ', '-');
  std::erase_if(form,
                [](char c) { return c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9'); });
  return form;
}

/// What two surfaces must share to be the same name.
std::string identity(const std::string& surface) {
  return surface.starts_with("=") ? surface : text::comparison_form(surface);
}

bool is_named(const AliasGroup& group, const std::string& surface) {
  return std::any_of(group.surfaces.begin(), group.surfaces.end(), [&](const std::string& other) {
    return identity(other) == identity(surface);
  });
}

void add_surface(AliasGroup& group, const std::string& surface) {
  if (!is_named(group, surface)) group.surfaces.push_back(surface);
}

bool stands_at(const Phrase& phrase, const SeedWords& seed, std::size_t first) {
  if (first + phrase.words.size() > seed.words.size()) return false;
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    const SeedWord& word = seed.words[first + i];
    const bool may_continue = phrase.is_prefix && i + 1 == phrase.words.size();
    if (may_continue ? !word.key.starts_with(phrase.words[i]) : word.key != phrase.words[i])
      return false;
    if (!phrase.exact.empty() &&
        (!word.is_exact_case || exact_case_term(word.written).substr(1) != phrase.exact[i]))
      return false;
  }
  return true;
}

using SeedKeys = std::unordered_set<std::string_view>;

SeedKeys keys_of(std::span<const SeedWords> seeds) {
  SeedKeys keys;
  for (const SeedWords& seed : seeds)
    for (const SeedWord& word : seed.words) keys.insert(word.key);
  return keys;
}

/// Whether all words of a name stand somewhere in the seeds: a quick no for most of a long table.
bool may_be_in(const AliasGroup& group, const SeedKeys& keys) {
  return std::any_of(group.phrases.begin(), group.phrases.end(), [&](const Phrase& phrase) {
    return phrase.is_prefix ||
           std::all_of(phrase.words.begin(), phrase.words.end(),
                       [&](const std::string& word) { return keys.contains(word); });
  });
}

bool is_in_seeds(const AliasGroup& alias, std::span<const SeedWords> seeds) {
  return std::any_of(seeds.begin(), seeds.end(), [&](const SeedWords& seed) {
    for (std::size_t first = 0; first < seed.words.size(); ++first)
      if (alias_at(alias, seed, first) != 0) return true;
    return false;
  });
}

std::vector<AliasGroup> groups_in(std::span<const SeedWords> seeds,
                                  const std::vector<AliasGroup>& groups) {
  std::vector<AliasGroup> found;
  const SeedKeys keys = keys_of(seeds);
  for (const AliasGroup& group : groups)
    if (may_be_in(group, keys) && is_in_seeds(group, seeds)) found.push_back(group);
  return found;
}

}  // namespace

std::vector<AliasGroup> mine_aliases(std::span<const SeedWords> seeds) {
  const std::set<std::string> acronyms = frequent_acronyms(seeds);
  Names names;
  for (const SeedWords& seed : seeds)
    for (std::size_t first = 0; first < seed.words.size(); ++first)
      if (seed.words[first].is_capitalised) count_names_at(seed, first, acronyms, names);
  // A name comes before those that continue it, as "islamic state" sorts before "islamic state in".
  std::vector<AliasGroup> groups;
  std::string base;
  for (const auto& [form, name] : names) {
    if (!is_seen_enough(name)) continue;
    if (groups.empty() || !form.starts_with(base + " ")) {
      base = form;
      groups.push_back({.name = slug(form)});
    }
    add_surface(groups.back(), name.written);
    add_surface(groups.back(), acronym_surface(name.acronym));
  }
  return groups;
}

std::vector<AliasGroup> alias_groups(std::span<const SeedWords> seeds, const AliasTable* table,
                                     bool with_countries) {
  std::vector<AliasGroup> found;
  if (table != nullptr && with_countries)
    found = groups_in(seeds, table->all);
  else if (table != nullptr)
    found = groups_in(seeds, table->groups);
  const std::size_t from_table = found.size();
  for (AliasGroup& mined : mine_aliases(seeds)) {
    const auto shares_a_name = [&](const AliasGroup& group) {
      return std::any_of(mined.surfaces.begin(), mined.surfaces.end(),
                         [&](const std::string& surface) { return is_named(group, surface); });
    };
    const auto table_end = found.begin() + static_cast<std::ptrdiff_t>(from_table);
    const auto same = std::find_if(found.begin(), table_end, shares_a_name);
    if (same != table_end)
      for (const std::string& surface : mined.surfaces) add_surface(*same, surface);
    AliasGroup& group = same != table_end ? *same : found.emplace_back(std::move(mined));
    read_phrases(group);
  }
  return found;
}

std::size_t alias_at(const AliasGroup& alias, const SeedWords& seed, std::size_t first) {
  std::size_t longest = 0;
  for (const Phrase& phrase : alias.phrases)
    if (phrase.words.size() > longest && stands_at(phrase, seed, first))
      longest = phrase.words.size();
  return longest;
}

}  // namespace tocsin::topics
