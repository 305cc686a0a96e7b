// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tocsin::topics {

// In the table of words two flags stand above the number of a word.
constexpr std::uint32_t anchors_something = std::uint32_t{1} << 31U;
constexpr std::uint32_t is_phrase_itself = std::uint32_t{1} << 30U;
constexpr std::uint32_t number_bits = is_phrase_itself - 1;

}  // namespace tocsin::topics
