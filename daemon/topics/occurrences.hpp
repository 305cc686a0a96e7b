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
/// Made to be used again for text after text, and by one rule set after another: nothing that is as
/// large as a rule set is cleared for an item. Whether a phrase occurs, which topics ask of all
/// their phrases, is told by one bit of it: those of all phrases stay near the processor where
/// their places would not. Thread: one.
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
    hits_[hit_count_++] = {.place = hit, .next = none};
  }

  /// Counts what was noted since it was last called, each occurrence `weight` times. To be called
  /// before anything is asked.
  void count(std::uint32_t weight);

  /// The phrases that occur, each once.
  [[nodiscard]] std::span<const Present> present() const { return {present_.data(), size_}; }

  [[nodiscard]] bool has(std::uint32_t phrase) const {
    return (bits_[phrase / bits_each] >> phrase % bits_each & 1U) != 0;
  }

  /// Occurrences of a phrase by weight, those that overlap each other too; 0 without any.
  [[nodiscard]] std::uint32_t frequency(std::uint32_t phrase) const {
    return has(phrase) ? present_[places_[phrase]].frequency : 0;
  }

  /// Calls `take` with each occurrence of a phrase.
  template <typename Take>
  void for_each(std::uint32_t phrase, const Take& take) const {
    if (!has(phrase)) return;
    for (std::uint32_t at = present_[places_[phrase]].first; at != none; at = hits_[at].next)
      take(hits_[at].place);
  }

  /// An occurrence of a phrase that occurs.
  [[nodiscard]] const PhraseHit& first(std::uint32_t phrase) const {
    return hits_[present_[places_[phrase]].first].place;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t bits_each = 64;

  struct Hit {
    PhraseHit place;
    std::uint32_t next = none;
  };

  void grow();

  std::vector<std::uint64_t> bits_;    ///< By phrase: whether it occurs.
  std::vector<std::uint32_t> places_;  ///< By phrase, where it occurs: its place in `present_`.
  std::vector<Present> present_;       ///< Longer than what is noted, as the next.
  std::size_t size_ = 0;
  std::vector<Hit> hits_;
  std::size_t hit_count_ = 0;
  std::size_t counted_ = 0;  ///< Of the hits.
};

}  // namespace tocsin::topics
