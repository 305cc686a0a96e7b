// SPDX-License-Identifier: Apache-2.0
#include "topics/occurrences.hpp"

#include <algorithm>

namespace tocsin::topics {

void Occurrences::start(std::size_t phrases) {
  for (const Present& one : present()) bits_[one.phrase / bits_each] = 0;
  if (places_.size() < phrases) {
    places_.resize(phrases);
    bits_.resize(phrases / bits_each + 1);
  }
  size_ = 0;
  hit_count_ = 0;
  counted_ = 0;
}

void Occurrences::grow() {
  constexpr std::size_t smallest = 256;
  hits_.resize(std::max(smallest, 2 * hits_.size()));
}

void Occurrences::count(std::uint32_t weight) {
  if (present_.size() < hits_.size()) present_.resize(hits_.size());
  for (; counted_ < hit_count_; ++counted_) {
    const auto number = static_cast<std::uint32_t>(counted_);
    const std::uint32_t phrase = hits_[counted_].place.phrase;
    if (has(phrase)) {
      Present& known = present_[places_[phrase]];
      known.frequency += weight;
      hits_[known.last].next = number;
      known.last = number;
    } else {
      bits_[phrase / bits_each] |= std::uint64_t{1} << phrase % bits_each;
      places_[phrase] = static_cast<std::uint32_t>(size_);
      present_[size_++] = {.phrase = phrase, .frequency = weight, .first = number, .last = number};
    }
  }
}

}  // namespace tocsin::topics
