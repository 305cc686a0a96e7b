// SPDX-License-Identifier: Apache-2.0
#include "topics/contradictions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "topics/phrase.hpp"

namespace tocsin::topics {
namespace {

/// True when the words of `part` stand in `whole` from its word `first` on.
bool stands_in(const Phrase& part, const Phrase& whole, std::size_t first) {
  const std::size_t size = part.words.size();
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_open = part.is_prefix && i + 1 == size;
    const std::string& word = whole.words[first + i];
    if (is_open ? !word.starts_with(part.words[i]) : word != part.words[i]) return false;
    // "fighter*" may be found in "fighters", where "fighter" is not.
    const bool is_cut = whole.is_prefix && first + i + 1 == whole.words.size();
    if (is_cut && !is_open) return false;
  }
  return true;
}

/// True when `part` occurs wherever `whole` does.
bool implies(const Phrase& whole, const Phrase& part) {
  if (whole == part) return true;
  if (!part.exact.empty() || part.words.size() > whole.words.size()) return false;
  for (std::size_t first = 0; first + part.words.size() <= whole.words.size(); ++first) {
    if (stands_in(part, whole, first)) return true;
  }
  return false;
}

class Exclusions {
 public:
  explicit Exclusions(const Topic& topic) : aliases_{topic.aliases} {
    for (const std::string& one : topic.exclude) {
      const auto phrases = parse_reference(one, aliases_);
      if (phrases) all_.insert(all_.end(), phrases->begin(), phrases->end());
    }
  }

  /// True when nothing that the reference names can occur without an exclusion.
  [[nodiscard]] bool cover(const std::string& reference) const {
    const auto phrases = parse_reference(reference, aliases_);
    return phrases && std::all_of(phrases->begin(), phrases->end(), [this](const Phrase& phrase) {
             return std::any_of(all_.begin(), all_.end(),
                                [&](const Phrase& one) { return implies(phrase, one); });
           });
  }

 private:
  const Aliases& aliases_;
  std::vector<Phrase> all_;
};

void check_group(const RequiredGroup& group, const Exclusions& exclusions,
                 const toml::source_position& at, Mistakes& mistakes) {
  const auto is_excluded = [&](const std::string& one) {
    return exclusions.cover(one);
  };
  if (std::all_of(group.any.begin(), group.any.end(), is_excluded)) {
    mistakes.add(at, "the required group never counts: 'exclude' names everything in it");
    return;
  }
  for (const std::string& one : group.any) {
    if (!is_excluded(one)) continue;
    mistakes.warn(at,
                  fmt::format("required '{}' never counts: it is excluded", escape_for_line(one)));
  }
}

}  // namespace

void check_contradictions(const Topic& topic, const RulePlaces& places, Mistakes& mistakes) {
  const bool is_placed =
      places.terms.size() == topic.terms.size() && places.groups.size() == topic.require.size();
  if (topic.exclude.empty() || mistakes.count() != 0 || !is_placed) return;
  const Exclusions exclusions{topic};
  for (std::size_t i = 0; i < topic.require.size(); ++i) {
    check_group(topic.require[i], exclusions, places.groups[i], mistakes);
  }
  for (std::size_t i = 0; i < topic.terms.size(); ++i) {
    if (topic.terms[i].weight < 0 || !exclusions.cover(topic.terms[i].text)) continue;
    mistakes.warn(places.terms[i], fmt::format("term '{}' never counts: it is excluded",
                                               escape_for_line(topic.terms[i].text)));
  }
}

}  // namespace tocsin::topics
