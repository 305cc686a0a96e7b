// SPDX-License-Identifier: Apache-2.0
#include "topics/occurrences.hpp"

#include <algorithm>

namespace tocsin::topics {

void Occurrences::start(std::size_t phrases) {
  if (places_.size() < phrases) places_.resize(phrases);
  zero_ += static_cast<std::uint32_t>(size_);
  // Far more phrases than any text has occurrences of.
  constexpr std::uint32_t largest_zero = std::uint32_t{1} << 31U;
  if (zero_ > largest_zero) {
    std::fill(places_.begin(), places_.end(), 0U);
    zero_ = 1;
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
    const std::uint32_t place = place_of(phrase);
    if (place < size_) {
      Present& known = present_[place];
      known.frequency += weight;
      hits_[known.last].next = number;
      known.last = number;
    } else {
      places_[phrase] = zero_ + static_cast<std::uint32_t>(size_);
      present_[size_++] = {.phrase = phrase, .frequency = weight, .first = number, .last = number};
    }
  }
}

}  // namespace tocsin::topics
