// SPDX-License-Identifier: Apache-2.0
#include "topics/pair_table.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace tocsin::topics {

void PairTable::put(const Slot& slot) {
  std::size_t at = place(slot.pair);
  while (slots_[at].count != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = slot;
  filter_.add(hash(slot.pair));
}

void PairTable::finish() {
  std::sort(added_.begin(), added_.end(), [](const Added& a, const Added& b) {
    return std::tuple{a.pair.first, a.pair.second, a.note} <
           std::tuple{b.pair.first, b.pair.second, b.note};
  });
  std::vector<Slot> pairs;
  notes_.reserve(added_.size());
  for (const Added& added : added_) {
    if (pairs.empty() || pairs.back().pair != added.pair)
      pairs.push_back({.pair = added.pair, .begin = static_cast<std::uint32_t>(notes_.size())});
    notes_.push_back(added.note);
    ++pairs.back().count;
  }
  // Half full at most: a search ends after a step or two.
  slots_.resize(std::bit_ceil(2 * pairs.size() + 1));
  filter_.start(pairs.size());
  for (const Slot& pair : pairs) put(pair);
  added_ = {};
}

}  // namespace tocsin::topics
