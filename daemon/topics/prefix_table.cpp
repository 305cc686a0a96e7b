// SPDX-License-Identifier: Apache-2.0
#include "topics/prefix_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>

namespace tocsin::topics {

std::uint64_t PrefixTable::hash_of(std::string_view prefix) {
  const std::size_t count = start_size(prefix.size());
  std::uint64_t start = 0;
  std::memcpy(&start, prefix.data(), count);
  return hash(start, count);
}

PrefixTable::Prefix PrefixTable::compiled(const Added& added) {
  std::array<char, word_bits::most_bytes> bytes{};
  const std::size_t looked = std::min(added.text.size(), bytes.size());
  std::copy_n(added.text.begin(), looked, bytes.begin());
  Prefix prefix;
  prefix.low = word_bits::load<std::uint64_t>(bytes.data());
  prefix.high = word_bits::load<std::uint64_t>(bytes.data() + sizeof prefix.low);
  prefix.number = added.number;
  prefix.size = static_cast<std::uint32_t>(added.text.size());
  prefix.rest = static_cast<std::uint32_t>(rests_.size());
  rests_ += added.text.substr(looked);
  return prefix;
}

void PrefixTable::finish() {
  filter_.start(added_.size());
  runs_.resize(std::bit_ceil(added_.size() + 1) + 1);
  for (const Added& added : added_) {
    const std::uint64_t hash = hash_of(added.text);
    filter_.add(hash);
    ++runs_[bucket(hash) + 1];
  }
  std::partial_sum(runs_.begin(), runs_.end(), runs_.begin());
  prefixes_.resize(added_.size());
  std::vector<std::uint32_t> next = runs_;
  for (const Added& added : added_)
    prefixes_[next[bucket(hash_of(added.text))]++] = compiled(added);
  added_ = {};
}

}  // namespace tocsin::topics
