// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tocsin::topics {

/// One place where a phrase occurs: words [first, first + count) of a segment.
struct PhraseHit {
  std::uint32_t phrase = 0;
  std::uint32_t segment = 0;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Which phrases occur in one text, how often and where.
///
/// Made to be used again for text after text, and by one rule set after another: where a phrase is
/// noted is believed only if the phrase is indeed noted there, so that nothing the size of a rule
/// set is cleared for an item, and four bytes a phrase are all that is looked at. Thread: one.
class Occurrences {
 public:
  /// A phrase that occurs.
  struct Present {
    std::uint32_t phrase = 0;
    std::uint32_t frequency = 0;  ///< Occurrences by weight, those that overlap each other too.
    std::uint32_t first = 0;      ///< Of its hits; and the last.
    std::uint32_t last = 0;
  };

  /// Forgets all, and makes room for the phrases numbered below `phrases`.
  void start(std::size_t phrases) {
    if (places_.size() < phrases) places_.resize(phrases);
    present_.clear();
    hits_.clear();
    counted_ = 0;
  }

  /// Notes an occurrence.
  void add(const PhraseHit& hit) {
    prefetch(hit.phrase);
    hits_.push_back({.place = hit, .next = none});
  }

  /// Counts what was noted since it was last called, each occurrence `weight` times. Apart from
  /// noting, which leaves the memory time to answer. To be called before anything is asked.
  void count(std::uint32_t weight) {
    for (; counted_ < hits_.size(); ++counted_) {
      const auto number = static_cast<std::uint32_t>(counted_);
      const std::uint32_t phrase = hits_[counted_].place.phrase;
      if (is_present(phrase)) {
        Present& known = present_[places_[phrase]];
        known.frequency += weight;
        hits_[known.last].next = number;
        known.last = number;
      } else {
        places_[phrase] = static_cast<std::uint32_t>(present_.size());
        present_.push_back(
            {.phrase = phrase, .frequency = weight, .first = number, .last = number});
      }
    }
  }

  /// Starts to load what the other calls look at first.
  void prefetch(std::uint32_t phrase) const { __builtin_prefetch(&places_[phrase]); }

  /// The phrases that occur, each once.
  [[nodiscard]] std::span<const Present> present() const { return present_; }

  /// Occurrences of a phrase by weight, those that overlap each other too; 0 without any.
  [[nodiscard]] std::uint32_t frequency(std::uint32_t phrase) const {
    return is_present(phrase) ? present_[places_[phrase]].frequency : 0;
  }

  /// Calls `take` with each occurrence of a phrase.
  template <typename Take>
  void for_each(std::uint32_t phrase, const Take& take) const {
    if (!is_present(phrase)) return;
    for (std::uint32_t at = present_[places_[phrase]].first; at != none; at = hits_[at].next)
      take(hits_[at].place);
  }

  /// An occurrence of a phrase that occurs.
  [[nodiscard]] const PhraseHit& first(std::uint32_t phrase) const {
    return hits_[present_[places_[phrase]].first].place;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Hit {
    PhraseHit place;
    std::uint32_t next = none;
  };

  [[nodiscard]] bool is_present(std::uint32_t phrase) const {
    const std::uint32_t place = places_[phrase];
    return place < present_.size() && present_[place].phrase == phrase;
  }

  std::vector<std::uint32_t> places_;  ///< By phrase, in `present_`; or of an earlier text.
  std::vector<Present> present_;
  std::vector<Hit> hits_;
  std::size_t counted_ = 0;  ///< Of the hits.
};

}  // namespace tocsin::topics
