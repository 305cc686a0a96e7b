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
/// Made to be used again for text after text, and by one rule set after another: what belongs to an
/// earlier text is told by its stamp, so that nothing the size of a rule set is cleared for an
/// item. Thread: one.
class Occurrences {
 public:
  /// Forgets all, and makes room for the phrases numbered below `phrases`.
  void start(std::size_t phrases) {
    if (states_.size() < phrases) states_.resize(phrases);
    present_.clear();
    hits_.clear();
    if (++stamp_ != 0) return;
    states_.assign(states_.size(), {});
    stamp_ = 1;
  }

  /// Notes an occurrence that counts `weight` times. Those of one phrase come in order.
  void add(const PhraseHit& hit, std::uint32_t weight) {
    State& state = states_[hit.phrase];
    const auto number = static_cast<std::uint32_t>(hits_.size());
    if (state.stamp != stamp_) {
      state = {.stamp = stamp_, .frequency = weight, .first = number, .last = number};
      present_.push_back(hit.phrase);
    } else {
      state.frequency += weight;
      hits_[state.last].next = number;
      state.last = number;
    }
    hits_.push_back({.place = hit, .next = none});
  }

  /// The phrases that occur, each once.
  [[nodiscard]] std::span<const std::uint32_t> present() const { return present_; }

  /// Occurrences of a phrase by weight, those that overlap each other too; 0 without any.
  [[nodiscard]] std::uint32_t frequency(std::uint32_t phrase) const {
    const State& state = states_[phrase];
    return state.stamp == stamp_ ? state.frequency : 0;
  }

  /// Calls `take` with each occurrence of a phrase in order.
  template <typename Take>
  void for_each(std::uint32_t phrase, const Take& take) const {
    if (states_[phrase].stamp != stamp_) return;
    for (std::uint32_t at = states_[phrase].first; at != none; at = hits_[at].next)
      take(hits_[at].place);
  }

  /// The first occurrence of a phrase that occurs.
  [[nodiscard]] const PhraseHit& first(std::uint32_t phrase) const {
    return hits_[states_[phrase].first].place;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct State {
    std::uint32_t stamp = 0;
    std::uint32_t frequency = 0;
    std::uint32_t first = 0;  ///< In `hits_`, as `last`.
    std::uint32_t last = 0;
  };

  struct Hit {
    PhraseHit place;
    std::uint32_t next = none;
  };

  std::vector<State> states_;  ///< By phrase.
  std::vector<std::uint32_t> present_;
  std::vector<Hit> hits_;
  std::uint32_t stamp_ = 0;
};

}  // namespace tocsin::topics
