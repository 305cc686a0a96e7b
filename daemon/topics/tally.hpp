// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "topics/formula_groups.hpp"
#include "topics/occurrences.hpp"

namespace tocsin::topics {

/// "This phrase speaks for that topic", in four bytes: what limits matching at ten thousand topics
/// is the memory that goes by.
class TermEntry {
 public:
  /// Topics are numbered below this.
  static constexpr std::uint32_t max_topics = std::uint32_t{1} << 20U;

  /// `share`: weight over the sum of weights times the threshold; may be infinite.
  TermEntry(std::uint32_t topic, double share);

  [[nodiscard]] std::uint32_t topic() const { return bits_ >> share_bits; }

  /// What an occurrence adds to the topic's count; `part` is that of a weight of 1, in
  /// 1/2^`part_bits`, rounded up, and not below `least_part`.
  [[nodiscard]] std::uint32_t count(std::uint32_t part) const {
    return (((bits_ & endless) * part) >> (share_point + part_bits - count_bits)) + 1;
  }

  static constexpr unsigned count_bits = 10;
  static constexpr unsigned part_bits = 12;

  /// What reaches the threshold of every topic.
  static constexpr std::uint32_t full = std::uint32_t{1} << count_bits;

  /// With this part the largest share fills a count.
  static constexpr std::uint32_t least_part = (std::uint32_t{1} << part_bits) / 15;

 private:
  static constexpr unsigned share_bits = 12;
  static constexpr unsigned share_point = 8;                        ///< Bits behind the point.
  static constexpr std::uint32_t endless = (1U << share_bits) - 1;  ///< Fills any count.

  std::uint32_t bits_ = 0;
};

/// Counts towards each topic's threshold. Made to be used again for item after item, and by one
/// rule set after another: each item counts from where the full counts of the one before it ended,
/// so that older counts are told by their being below. All are cleared once in 63 items. Thread:
/// one.
class Tally {
 public:
  void start(std::size_t topics);

  /// Adds to the counts of some topics; notes those that this fills.
  void add(std::span<const TermEntry> entries, std::uint32_t part);

  /// Fills the counts of some topics.
  void fill(std::span<const TermEntry> entries);

  /// The topics that are full, in order.
  [[nodiscard]] std::span<const std::uint32_t> topics();

 private:
  using Count = std::uint16_t;

  /// Two bytes, as what is counted with stays near the processor at ten thousand topics.
  std::vector<Count> counts_;  ///< By topic.
  std::vector<std::uint32_t> topics_;
  std::uint32_t zero_ = 0;  ///< The count of a topic none of whose terms occurred, or less.
};

/// From phrases to the topics they speak for, and by how much at most.
///
/// Tells without a look at any topic which ones an item can make fire: each term that occurs adds
/// its part of the score, rounded up, to its topics' counts. What it costs grows with the terms
/// that occur and not with the number of topics. Filled, finished, then read by any thread.
class TermIndex {
 public:
  struct Posting {
    std::uint32_t phrase = 0;
    std::uint32_t topic = 0;
    std::uint32_t group = 0;  ///< Of the topic.
    double share = 0;  ///< Weight over the sum of weights times the threshold; may be infinite.
  };

  void add(const Posting& posting) { added_.push_back(posting); }

  /// To be called once, between the last `add` and the first use; numbers are below these, and of
  /// groups there are not more than `FormulaGroups` makes.
  void finish(std::size_t phrases, std::size_t groups);

  /// Counts towards the thresholds of topics on a text of so many words.
  void count(const Occurrences& occurrences, const FormulaGroups& groups, double length,
             Tally& tally) const;

  /// Notes every topic with a term of positive weight that occurs.
  void touch(const Occurrences& occurrences, Tally& tally) const;

 private:
  /// Runs of a phrase stand side by side, one for each group.
  [[nodiscard]] std::size_t first_run(std::uint32_t phrase) const { return phrase * groups_; }

  [[nodiscard]] std::span<const TermEntry> entries(std::size_t run, std::size_t runs) const {
    return std::span{entries_}.subspan(starts_[run], starts_[run + runs] - starts_[run]);
  }

  /// Starts to load the topics of the phrase.
  void prefetch(std::uint32_t phrase) const;

  std::vector<Posting> added_;  ///< Until finished.
  std::size_t groups_ = 0;
  std::vector<std::uint32_t> starts_;  ///< Of each run in `entries_`; one more at the end.
  std::vector<TermEntry> entries_;
};

}  // namespace tocsin::topics
