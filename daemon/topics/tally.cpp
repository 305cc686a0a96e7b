// SPDX-License-Identifier: Apache-2.0
#include "topics/tally.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "topics/score.hpp"

namespace tocsin::topics {
namespace {

/// The score is a sum of rounded numbers and may exceed the exact one in its last bits.
constexpr double slack = 1 + 1e-9;

std::uint32_t rounded_up(double number) {
  return static_cast<std::uint32_t>(number * slack) + 1;
}

/// The count before, if it is this item's.
std::uint32_t count_of(std::uint32_t stamped, std::uint32_t stamp) {
  return (stamped ^ stamp) < (std::uint32_t{1} << 16U) ? stamped ^ stamp : 0;
}

}  // namespace

TermEntry::TermEntry(std::uint32_t topic, double share) : bits_{topic << share_bits} {
  const bool is_endless = !(share < endless >> share_point);
  bits_ |= is_endless ? endless : rounded_up(share * (1U << share_point));
}

void Tally::start(std::size_t topics) {
  if (counts_.size() < topics) counts_.resize(topics);
  topics_.clear();
  stamp_ = (stamp_ + 1) & low;
  if (stamp_ != 0) return;
  std::fill(counts_.begin(), counts_.end(), 0);
  stamp_ = 1;
}

void Tally::add(std::span<const TermEntry> entries, std::uint32_t part) {
  std::uint32_t* const counts = counts_.data();
  const std::uint32_t stamp = stamp_ << 16U;
  for (const TermEntry entry : entries) {
    const std::uint32_t topic = entry.topic();
    const std::uint32_t before = count_of(counts[topic], stamp);
    if (before >= TermEntry::full) continue;
    const std::uint32_t after = before + entry.count(part);
    counts[topic] = stamp | after;
    if (after >= TermEntry::full) topics_.push_back(topic);
  }
}

void Tally::fill(std::span<const TermEntry> entries) {
  const std::uint32_t stamp = stamp_ << 16U;
  for (const TermEntry entry : entries) {
    const std::uint32_t topic = entry.topic();
    if (count_of(counts_[topic], stamp) != 0) continue;
    counts_[topic] = stamp | TermEntry::full;
    topics_.push_back(topic);
  }
}

std::span<const std::uint32_t> Tally::topics() {
  std::sort(topics_.begin(), topics_.end());
  return topics_;
}

double FormulaBounds::most(double frequency) const {
  return std::max(term_part(1, frequency, relative_length, least_saturation),
                  term_part(1, frequency, relative_length, greatest_saturation));
}

void TermIndex::finish(std::size_t phrases) {
  starts_.assign(phrases + 1, 0);
  for (const Posting& posting : added_) ++starts_[posting.phrase + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  entries_.assign(added_.size(), TermEntry{0, 0});
  std::vector<std::uint32_t> next = starts_;
  for (const Posting& posting : added_)
    entries_[next[posting.phrase]++] = {posting.topic, posting.share};
  added_ = {};
}

void TermIndex::count(const Occurrences& occurrences, const FormulaBounds& bounds,
                      Tally& tally) const {
  const auto part_of = [&bounds](std::uint32_t frequency) {
    return rounded_up(bounds.most(frequency) * (1U << TermEntry::part_bits));
  };
  // Most terms occur once or twice.
  const std::array<std::uint32_t, 3> parts{0, part_of(1), part_of(2)};
  for (const std::uint32_t phrase : occurrences.present()) {
    const std::uint32_t frequency = occurrences.frequency(phrase);
    tally.add(entries(phrase), frequency < parts.size() ? parts[frequency] : part_of(frequency));
  }
}

void TermIndex::touch(const Occurrences& occurrences, Tally& tally) const {
  for (const std::uint32_t phrase : occurrences.present()) tally.fill(entries(phrase));
}

}  // namespace tocsin::topics
