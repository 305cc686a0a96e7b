// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "topics/alias_table.hpp"
#include "topics/phrase.hpp"
#include "topics/seed_words.hpp"

namespace tocsin::topics {

/// Names that the seeds themselves tie together: an acronym and a capitalised phrase whose initials
/// spell it, both seen often enough for their length; groups where one phrase continues another's
/// are one. In the order of their names.
[[nodiscard]] std::vector<AliasGroup> mine_aliases(std::span<const SeedWords> seeds);

/// The groups of the table and of the seeds, those with a common name as one, of which some name
/// stands in the seeds, ready to be looked for.
[[nodiscard]] std::vector<AliasGroup> alias_groups(std::span<const SeedWords> seeds,
                                                   const AliasTable* table, bool with_countries);

/// How many words from `first` on are the longest of the alias's names that stands there; 0 = none.
[[nodiscard]] std::size_t alias_at(const AliasGroup& alias, const SeedWords& seed,
                                   std::size_t first);

}  // namespace tocsin::topics
