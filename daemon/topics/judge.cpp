// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "topics/compiled_topic.hpp"
#include "topics/score.hpp"

namespace tocsin::topics {
namespace {

using Hits = std::span<const SlotHit>;

/// By slot, then place; of two at one place the longer first.
bool is_before(const SlotHit& a, const SlotHit& b) {
  return std::tuple{a.slot, a.place.segment, a.place.first, b.place.count} <
         std::tuple{b.slot, b.place.segment, b.place.first, a.place.count};
}

/// Takes the first occurrence, and of those that overlap the longest that starts first: "Islamic
/// State in Iraq and the Levant" is one occurrence of its alias and not two.
std::vector<PhraseHit> without_overlaps(Hits hits) {
  std::vector<PhraseHit> kept;
  for (const SlotHit& hit : hits) {
    const bool overlaps = !kept.empty() && kept.back().segment == hit.place.segment &&
                          hit.place.first < kept.back().first + kept.back().count;
    if (!overlaps) kept.push_back(hit.place);
  }
  return kept;
}

class Judge {
 public:
  Judge(const CompiledTopic& topic, const ScoredText& text, const ItemFields& item)
      : compiled_{topic},
        topic_{*topic.topic},
        text_{text},
        item_{item} {}

  Match run(Hits hits) {
    match_.topic = &topic_;
    present_.assign(topic_.require.size(), false);
    while (!hits.empty()) {
      const auto end = std::find_if(hits.begin(), hits.end(), [&](const SlotHit& hit) {
        return hit.slot != hits.front().slot;
      });
      const auto size = static_cast<std::size_t>(end - hits.begin());
      take(compiled_.slots[hits.front().slot], hits.first(size));
      hits = hits.subspan(size);
    }
    apply_required();
    std::stable_sort(
        match_.evidence.begin(), match_.evidence.end(), [](const Evidence& a, const Evidence& b) {
          return std::tuple{a.field, a.begin, a.end} < std::tuple{b.field, b.begin, b.end};
        });
    decide();
    return std::move(match_);
  }

 private:
  void take(const Slot& slot, Hits hits) {
    if (slot.role == Slot::Role::required) {
      present_[slot.index] = true;
    } else if (slot.role == Slot::Role::excluded) {
      match_.excluded_by.push_back(topic_.exclude[slot.index]);
    } else {
      add_term(topic_.terms[slot.index], without_overlaps(hits));
    }
  }

  void add_term(const Term& term, const std::vector<PhraseHit>& places) {
    double frequency = 0;
    for (const PhraseHit& place : places) frequency += text_.segments[place.segment].weight;
    const double relative = topic_.average_length > 0 ? text_.length / topic_.average_length : 1.0;
    const double part =
        term_part(term.weight, frequency, relative, topic_.saturation) / compiled_.positive;
    match_.score += part;
    for (const PhraseHit& place : places) {
      const Segment& segment = text_.segments[place.segment];
      const auto& tokens = segment.tokens.tokens;
      match_.evidence.push_back({.field = segment.field,
                                 .begin = tokens[place.first].begin,
                                 .end = tokens[place.first + place.count - 1].end,
                                 .term = term.text,
                                 .contribution = part * segment.weight / frequency});
    }
  }

  void apply_required() {
    double factor = 1;
    for (std::size_t i = 0; i < topic_.require.size(); ++i) {
      if (present_[i]) continue;
      factor *= topic_.require[i].otherwise;
      std::string written;
      for (const std::string& any : topic_.require[i].any) {
        if (!written.empty()) written += " or ";
        written += any;
      }
      match_.missing.push_back(std::move(written));
    }
    match_.score *= factor;
    for (Evidence& evidence : match_.evidence) evidence.contribution *= factor;
  }

  /// A score of zero is no match even under a threshold of zero: nothing speaks for it.
  void decide() {
    match_.is_foreign_language = is_foreign(topic_, item_.language);
    const bool is_scored = match_.score > 0 && match_.score >= topic_.threshold;
    match_.gate_failed = compiled_.gate && !compiled_.gate->holds(text_, item_);
    match_.fired = is_scored && !match_.gate_failed && match_.excluded_by.empty() &&
                   !match_.is_foreign_language && topic_.status != Status::retired;
  }

  const CompiledTopic& compiled_;
  const Topic& topic_;
  const ScoredText& text_;
  const ItemFields& item_;
  Match match_;
  std::vector<bool> present_;
};

}  // namespace

Match judge(const CompiledTopic& topic, std::vector<SlotHit> hits, const ScoredText& text,
            const ItemFields& item) {
  std::stable_sort(hits.begin(), hits.end(), is_before);
  return Judge{topic, text, item}.run(hits);
}

}  // namespace tocsin::topics
