// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "topics/alias_table.hpp"
#include "topics/background.hpp"
#include "topics/seed_corpus.hpp"

namespace tocsin::topics {

/// Paragraphs of a seed corpus that tell of the same thing: what a manifest could name as a topic.
struct SuggestedGroup {
  std::string id{};                     ///< Of its terms, different for each group: "mosul-raqqa".
  std::vector<std::string> terms{};     ///< What its paragraphs share, the most telling first.
  std::vector<std::string> passages{};  ///< "003#2", in the order of the corpus.
};

/// The most paragraphs of a corpus that groups are suggested for; time grows with their square.
constexpr std::size_t max_suggest_paragraphs = 2000;

/// Clusters the paragraphs by the words and names they share, groups of three or more, the largest
/// first. The same corpus gives the same groups. `too_large` past `max_suggest_paragraphs`,
/// `not_found` when no three paragraphs are alike.
[[nodiscard]] Result<std::vector<SuggestedGroup>> suggest_groups(const SeedCorpus& corpus,
                                                                 const Background& background,
                                                                 const AliasTable* aliases);

/// The groups as a manifest that `read_manifest` accepts, to be corrected by hand.
[[nodiscard]] std::string to_manifest(const std::vector<SuggestedGroup>& groups,
                                      const SeedCorpus& corpus);

}  // namespace tocsin::topics
