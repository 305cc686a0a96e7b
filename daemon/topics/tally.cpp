// SPDX-License-Identifier: Apache-2.0
#include "topics/tally.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace tocsin::topics {
namespace {

/// The score is a sum of rounded numbers and may exceed the exact one in its last bits.
constexpr double slack = 1 + 1e-9;

std::uint32_t rounded_up(double number) {
  return static_cast<std::uint32_t>(number * slack) + 1;
}

}  // namespace

TermEntry::TermEntry(std::uint32_t topic, double share) : bits_{topic << share_bits} {
  const bool is_endless = !(share < endless >> share_point);
  bits_ |= is_endless ? endless : rounded_up(share * (1U << share_point));
}

void Tally::start(std::size_t topics) {
  if (counts_.size() < topics) counts_.resize(topics);
  topics_.clear();
  zero_ += TermEntry::full;
  if (zero_ + TermEntry::full <= std::numeric_limits<Count>::max()) return;
  std::fill(counts_.begin(), counts_.end(), Count{0});
  zero_ = 0;
}

[[gnu::always_inline]] inline void Tally::add(std::span<const TermEntry> entries,
                                              std::uint32_t part) {
  Count* const counts = counts_.data();
  const std::uint32_t zero = zero_;
  const std::uint32_t full = zero + TermEntry::full;
  for (const TermEntry entry : entries) {
    const std::uint32_t topic = entry.topic();
    const std::uint32_t before = std::max<std::uint32_t>(counts[topic], zero);
    const std::uint32_t after = before + entry.count(part);
    counts[topic] = static_cast<Count>(std::min(after, full));
    if (after >= full && before < full) topics_.push_back(topic);
  }
}

void Tally::fill(std::span<const TermEntry> entries) {
  const std::uint32_t full = zero_ + TermEntry::full;
  for (const TermEntry entry : entries) {
    const std::uint32_t topic = entry.topic();
    if (counts_[topic] >= full) continue;
    counts_[topic] = static_cast<Count>(full);
    topics_.push_back(topic);
  }
}

std::span<const std::uint32_t> Tally::topics() {
  std::sort(topics_.begin(), topics_.end());
  return topics_;
}

void TermIndex::finish(std::size_t phrases, std::size_t groups) {
  groups_ = groups;
  const auto run_of = [this](const Posting& posting) {
    return first_run(posting.phrase) + posting.group;
  };
  starts_.assign(phrases * groups + 1, 0);
  for (const Posting& posting : added_) ++starts_[run_of(posting) + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  entries_.assign(added_.size(), TermEntry{0, 0});
  std::vector<std::uint32_t> next = starts_;
  for (const Posting& posting : added_)
    entries_[next[run_of(posting)]++] = {posting.topic, posting.share};
  added_ = {};
}

[[gnu::always_inline]] inline void TermIndex::prefetch(std::uint32_t phrase) const {
  constexpr std::size_t entries_in_a_line = 16;
  const TermEntry* const first = entries_.data() + starts_[first_run(phrase)];
  __builtin_prefetch(first);
  __builtin_prefetch(first + entries_in_a_line);
}

void TermIndex::count(const Occurrences& occurrences, const FormulaGroups& groups, double length,
                      Tally& tally) const {
  const std::span<const Occurrences::Present> present = occurrences.present();
  for (const auto& one : present) __builtin_prefetch(&starts_[first_run(one.phrase)]);
  constexpr std::size_t ahead = 8;
  for (const auto& one : present.first(std::min(ahead, present.size()))) prefetch(one.phrase);
  for (std::size_t group = 0; group < groups_; ++group) {
    const FormulaBounds bounds = groups.bounds(group, length);
    const auto part_of = [&bounds](std::uint32_t frequency) {
      return std::max(rounded_up(bounds.most(frequency) * (1U << TermEntry::part_bits)),
                      TermEntry::least_part);
    };
    // Most terms occur once or twice.
    const std::array<std::uint32_t, 3> parts{0, part_of(1), part_of(2)};
    for (std::size_t i = 0; i < present.size(); ++i) {
      if (i + ahead < present.size()) prefetch(present[i + ahead].phrase);
      const auto run = entries(first_run(present[i].phrase) + group, 1);
      if (run.empty()) continue;
      const std::uint32_t frequency = present[i].frequency;
      tally.add(run, frequency < parts.size() ? parts[frequency] : part_of(frequency));
    }
  }
}

void TermIndex::touch(const Occurrences& occurrences, Tally& tally) const {
  for (const Occurrences::Present& present : occurrences.present())
    tally.fill(entries(first_run(present.phrase), groups_));
}

}  // namespace tocsin::topics
