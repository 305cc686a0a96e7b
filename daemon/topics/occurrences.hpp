// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tocsin::topics {

/// One place where a phrase occurs: words [first, first + count) of a segment. Of a few hundred
/// words that are looked at, and of the words of a phrase, there are not more than this holds.
struct PhraseHit {
  std::uint32_t phrase = 0;
  std::uint16_t first = 0;
  std::uint8_t count = 0;
  std::uint8_t segment = 0;
};

/// Which phrases occur in one text, how often and where.
///
/// Made to be used again for text after text, and by one rule set after another: the places where
/// phrases are noted are numbered on from text to text, so that a number of an earlier text is told
/// by its size. Nothing that is as large as a rule set is cleared for an item, and four bytes a
/// phrase are all that is looked at. Thread: one.
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
  void start(std::size_t phrases);

  /// Notes an occurrence.
  void add(const PhraseHit& hit) {
    if (hit_count_ == hits_.size()) grow();
    prefetch(hit.phrase);
    hits_[hit_count_++] = {.place = hit, .next = none};
  }

  /// Counts what was noted since it was last called, each occurrence `weight` times. Apart from
  /// noting, which leaves the memory time to answer. To be called before anything is asked.
  void count(std::uint32_t weight);

  /// Starts to load what the other calls look at first.
  void prefetch(std::uint32_t phrase) const { __builtin_prefetch(&places_[phrase]); }

  /// The phrases that occur, each once.
  [[nodiscard]] std::span<const Present> present() const { return {present_.data(), size_}; }

  /// Occurrences of a phrase by weight, those that overlap each other too; 0 without any.
  [[nodiscard]] std::uint32_t frequency(std::uint32_t phrase) const {
    const std::uint32_t place = place_of(phrase);
    return place < size_ ? present_[place].frequency : 0;
  }

  /// Calls `take` with each occurrence of a phrase.
  template <typename Take>
  void for_each(std::uint32_t phrase, const Take& take) const {
    const std::uint32_t place = place_of(phrase);
    if (place >= size_) return;
    for (std::uint32_t at = present_[place].first; at != none; at = hits_[at].next)
      take(hits_[at].place);
  }

  /// An occurrence of a phrase that occurs.
  [[nodiscard]] const PhraseHit& first(std::uint32_t phrase) const {
    return hits_[present_[place_of(phrase)].first].place;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Hit {
    PhraseHit place;
    std::uint32_t next = none;
  };

  /// In `present_`; of a phrase that does not occur it is not below `size_`.
  [[nodiscard]] std::uint32_t place_of(std::uint32_t phrase) const {
    return places_[phrase] - zero_;
  }

  void grow();

  std::vector<std::uint32_t>
      places_;  ///< By phrase: its place in `present_` plus `zero_`, or less.
  std::uint32_t zero_ = 1;
  std::vector<Present> present_;  ///< Longer than what is noted, as the next.
  std::size_t size_ = 0;
  std::vector<Hit> hits_;
  std::size_t hit_count_ = 0;
  std::size_t counted_ = 0;  ///< Of the hits.
};

}  // namespace tocsin::topics
