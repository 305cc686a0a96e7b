// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "topics/derive_terms.hpp"

namespace tocsin::topics {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool holds(const Phrase& longer, const Phrase& shorter) {
  return longer.words.size() > shorter.words.size() && shorter.exact.empty() &&
         !shorter.is_prefix &&
         std::search(longer.words.begin(), longer.words.end(), shorter.words.begin(),
                     shorter.words.end()) != longer.words.end();
}

/// A name that holds another of the group is counted where that one is: "Islamic State in Iraq".
bool is_counted_elsewhere(const Phrase& phrase, const std::vector<Phrase>& all) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Phrase& other) { return holds(phrase, other); });
}

}  // namespace

BackgroundTerm::BackgroundTerm(const Background& background, const std::string& term) {
  const auto found = background.occurrences(term);
  occurrences_.assign(found.begin(), found.end());
}

BackgroundTerm::BackgroundTerm(const Background& background, const AliasGroup& alias) {
  std::map<std::uint32_t, std::uint32_t> counts;
  for (const Phrase& phrase : alias.phrases) {
    if (is_counted_elsewhere(phrase, alias.phrases)) continue;
    const bool is_acronym = phrase.exact.size() == 1;
    const std::string term = is_acronym ? "=" + phrase.exact[0] : joined(phrase.words);
    for (const Occurrence& seen : background.occurrences(term)) counts[seen.item] += seen.count;
  }
  for (const auto& [item, count] : counts) occurrences_.push_back({item, count});
}

double BackgroundTerm::share(const Background& background) const {
  double times = 0.5;
  for (const Occurrence& seen : occurrences_) times += seen.count;
  return times / static_cast<double>(background.word_count() + 1);
}

}  // namespace tocsin::topics
