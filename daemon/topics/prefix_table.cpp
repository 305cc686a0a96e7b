// SPDX-License-Identifier: Apache-2.0
#include "topics/prefix_table.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>

namespace tocsin::topics {

std::uint32_t PrefixTable::hash_of(std::string_view prefix, std::size_t count) {
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
  if (added_.empty()) return;
  // By chance one word in sixteen passes the bits.
  constexpr std::size_t bits_per_prefix = 16;
  bits_.resize(std::bit_ceil(added_.size() * bits_per_prefix / bits_each + 1));
  runs_.resize(std::bit_ceil(added_.size()) + 1);
  const auto bucket_of = [this](const Added& added) {
    return bucket(hash_of(added.text, start_size(added.text.size())));
  };
  for (const Added& added : added_) {
    const std::size_t in_bits = std::min(added.text.size(), longest_in_bits);
    const std::size_t bit = hash_of(added.text, in_bits) & (bits_.size() * bits_each - 1);
    bits_[bit / bits_each] |= std::uint64_t{1} << (bit % bits_each);
    starts_ |= std::uint32_t{1} << in_bits | std::uint32_t{1} << start_size(added.text.size());
    ++runs_[bucket_of(added) + 1];
  }
  std::partial_sum(runs_.begin(), runs_.end(), runs_.begin());
  prefixes_.resize(added_.size());
  std::vector<std::uint32_t> next = runs_;
  for (const Added& added : added_) prefixes_[next[bucket_of(added)]++] = compiled(added);
  added_ = {};
}

}  // namespace tocsin::topics
