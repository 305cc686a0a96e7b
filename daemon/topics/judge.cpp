// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <tuple>

#include "topics/compiled_topic.hpp"
#include "topics/score.hpp"

namespace tocsin::topics {
namespace {

/// By place; of two at one place the longer first.
bool is_before(const PhraseHit& a, const PhraseHit& b) {
  return std::tuple{a.segment, a.first, b.count} < std::tuple{b.segment, b.first, a.count};
}

/// Keeps the first occurrence, and of those that overlap the longest that starts first: "Islamic
/// State in Iraq and the Levant" is one occurrence of its alias and not two.
void drop_overlaps(std::vector<PhraseHit>& hits) {
  std::sort(hits.begin(), hits.end(), is_before);
  std::size_t kept = 0;
  for (const PhraseHit& hit : hits) {
    const bool overlaps = kept > 0 && hits[kept - 1].segment == hit.segment &&
                          hit.first < hits[kept - 1].first + hits[kept - 1].count;
    if (!overlaps) hits[kept++] = hit;
  }
  hits.resize(kept);
}

/// One topic and one item. Weighs first, which takes no memory for most topics, and collects the
/// evidence when asked.
class Judge {
 public:
  Judge(const CompiledTopic& topic, const Reading& reading)
      : compiled_{topic},
        topic_{*topic.topic},
        reading_{reading},
        relative_length_{topic.average_length > 0 ? reading.text.length / topic.average_length
                                                  : 1.0} {
    compiled_.for_each_slot([this](const Slot& slot, Phrases phrases) {
      if (slot.role == Slot::Role::required) {
        if (!occurs(phrases)) factor_ *= topic_.require[slot.index].otherwise;
      } else if (slot.role == Slot::Role::excluded) {
        is_excluded_ = is_excluded_ || occurs(phrases);
      } else if (occurs(phrases)) {
        score_ += part(slot, frequency(phrases));
      }
    });
    score_ *= factor_;
  }

  /// Looks at the gate last, which costs the most. A score of zero is no match even under a
  /// threshold of zero: nothing speaks for it.
  [[nodiscard]] bool fires() {
    return score_ > 0 && score_ >= compiled_.threshold && !is_excluded_ && !is_foreign_here() &&
           topic_.status != Status::retired && !fails_gate();
  }

  [[nodiscard]] Match match() {
    Match match;
    match.topic = &topic_;
    match.score = score_;
    match.is_foreign_language = is_foreign_here();
    match.gate_failed = fails_gate();
    match.fired = fires();
    compiled_.for_each_slot([this, &match](const Slot& slot, Phrases phrases) {
      if (slot.role == Slot::Role::required) {
        if (!occurs(phrases)) match.missing.push_back(written(topic_.require[slot.index]));
      } else if (slot.role == Slot::Role::excluded) {
        if (occurs(phrases)) match.excluded_by.push_back(topic_.exclude[slot.index]);
      } else if (occurs(phrases)) {
        add_evidence(slot, phrases, match.evidence);
      }
    });
    std::stable_sort(
        match.evidence.begin(), match.evidence.end(), [](const Evidence& a, const Evidence& b) {
          return std::tuple{a.field, a.begin, a.end} < std::tuple{b.field, b.begin, b.end};
        });
    return match;
  }

 private:
  /// Of one slot.
  using Phrases = std::span<const std::uint32_t>;

  [[nodiscard]] bool occurs(Phrases phrases) const {
    return std::any_of(phrases.begin(), phrases.end(),
                       [this](std::uint32_t phrase) { return reading_.occurrences.has(phrase); });
  }

  [[nodiscard]] unsigned weight(const PhraseHit& hit) const {
    return reading_.text.segments[hit.segment].weight;
  }

  /// What counts as an occurrence of a term.
  [[nodiscard]] std::vector<PhraseHit> places(Phrases phrases) const {
    std::vector<PhraseHit> hits;
    for (const std::uint32_t phrase : phrases)
      reading_.occurrences.for_each(phrase, [&](const PhraseHit& hit) { hits.push_back(hit); });
    drop_overlaps(hits);
    return hits;
  }

  [[nodiscard]] double frequency(Phrases phrases) const {
    std::uint32_t present = 0;
    const PhraseHit* longest = nullptr;
    std::uint32_t frequency = 0;
    for (const std::uint32_t phrase : phrases) {
      const std::uint32_t more = reading_.occurrences.frequency(phrase);
      if (more == 0) continue;
      ++present;
      frequency += more;
      longest = &reading_.occurrences.first(phrase);
    }
    // A single word cannot overlap itself.
    if (present == 0 || (present == 1 && longest->count == 1)) return frequency;
    frequency = 0;
    for (const PhraseHit& hit : places(phrases)) frequency += weight(hit);
    return frequency;
  }

  [[nodiscard]] double part(const Slot& slot, double frequency) const {
    if (!(frequency > 0)) return 0;
    const double weight = compiled_.weights[slot.index];
    return term_part(weight, frequency, relative_length_, compiled_.saturation) /
           compiled_.positive;
  }

  void add_evidence(const Slot& slot, Phrases phrases, std::vector<Evidence>& evidence) const {
    const std::vector<PhraseHit> hits = places(phrases);
    double frequency = 0;
    for (const PhraseHit& hit : hits) frequency += weight(hit);
    const double part_of_all = part(slot, frequency) * factor_;
    for (const PhraseHit& hit : hits) {
      const Segment& segment = reading_.text.segments[hit.segment];
      const auto& tokens = segment.tokens.tokens;
      evidence.push_back({.field = segment.field,
                          .begin = tokens[hit.first].begin,
                          .end = tokens[std::size_t{hit.first} + hit.count - 1].end,
                          .term = topic_.terms[slot.index].text,
                          .contribution = part_of_all * segment.weight / frequency});
    }
  }

  [[nodiscard]] static std::string written(const RequiredGroup& group) {
    std::string written;
    for (const std::string& any : group.any) {
      if (!written.empty()) written += " or ";
      written += any;
    }
    return written;
  }

  [[nodiscard]] bool is_foreign_here() const {
    return !topic_.languages.empty() && is_foreign(topic_, reading_.language.of(reading_.item));
  }

  [[nodiscard]] bool fails_gate() {
    if (!compiled_.gate) return false;
    if (!gate_holds_) gate_holds_ = compiled_.gate->holds(reading_.text, reading_.item);
    return !*gate_holds_;
  }

  const CompiledTopic& compiled_;
  const Topic& topic_;
  const Reading& reading_;
  double relative_length_ = 1;
  double score_ = 0;
  double factor_ = 1;  ///< Of the required groups that are absent.
  bool is_excluded_ = false;
  std::optional<bool> gate_holds_;  ///< Once asked for.
};

}  // namespace

Match judge(const CompiledTopic& topic, const Reading& reading) {
  return Judge{topic, reading}.match();
}

std::optional<Match> judge_firing(const CompiledTopic& topic, const Reading& reading) {
  Judge judge{topic, reading};
  if (!judge.fires()) return std::nullopt;
  return judge.match();
}

}  // namespace tocsin::topics
