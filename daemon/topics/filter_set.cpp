// SPDX-License-Identifier: Apache-2.0
#include "topics/filter_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// What the filters say of one item, asked when first needed.
class FilterSet::Verdicts {
 public:
  Verdicts(const FilterSet& filters, const ScoredText& text, const ItemFields& item)
      : filters_{filters},
        text_{text},
        item_{item} {}

  /// Why the filter holds; null when it does not.
  const std::string* reason(const Filter* filter) {
    const auto [place, is_new] = known_.try_emplace(filter, nullptr);
    if (!is_new) return place->second;
    const Reasons& reasons = filters_.filters_.at(filter);
    const auto found = std::find_if(reasons.begin(), reasons.end(), [this](const Reason& reason) {
      return reason.gate.holds(text_, item_);
    });
    if (found != reasons.end()) place->second = &found->written;
    return place->second;
  }

 private:
  const FilterSet& filters_;
  const ScoredText& text_;
  const ItemFields& item_;
  std::unordered_map<const Filter*, const std::string*> known_;
};

void FilterSet::add(const Topic& topic, const std::function<void(std::string)>& tell) {
  for (const auto& filter : topic.filters) {
    if (filters_.contains(filter.get())) continue;
    const auto tell_of_filter = [&](const std::string& message) {
      tell(fmt::format("filter '{}': {}", filter->id, message));
    };
    filters_.emplace(filter.get(), reasons_of(*filter, tell_of_filter));
    kept_.push_back(filter);
    digests_ += fmt::format("filter {} {}\n", filter->id, filter->digest);
  }
}

FilterSet::Reasons FilterSet::reasons_of(const Filter& filter,
                                         const std::function<void(std::string)>& tell) {
  Reasons reasons;
  for (const std::string& one : filter.exclude) {
    auto phrases = parse_reference(one, filter.aliases);
    if (phrases) {
      reasons.push_back({.written = one, .gate = Gate::any_of(std::move(*phrases))});
    } else {
      tell(fmt::format("exclusion '{}' {}", escape_for_line(one), phrases.error().message));
    }
  }
  if (filter.unless.empty()) return reasons;
  auto gate = Gate::parse(filter.unless, filter.aliases);
  if (gate) {
    reasons.push_back({.written = "unless " + filter.unless, .gate = std::move(*gate)});
  } else {
    tell(fmt::format("'unless', character {}: {}", gate.error().character + 1,
                     gate.error().message));
  }
  return reasons;
}

void FilterSet::apply(std::vector<Match>& matches, const ScoredText& text,
                      const ItemFields& item) const {
  if (filters_.empty()) return;
  Verdicts verdicts{*this, text, item};
  for (Match& match : matches) {
    if (!match.fired) continue;
    for (const auto& filter : match.topic->filters) {
      const std::string* reason = verdicts.reason(filter.get());
      if (reason == nullptr) continue;
      match.filtered_by.push_back(
          {.filter = filter->id, .title = filter->title, .reason = *reason});
      match.fired = false;
    }
  }
}

}  // namespace tocsin::topics
