// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "topics/phrase.hpp"
#include "topics/scored_text.hpp"

namespace tocsin::topics {

/// True when the words of a phrase stand in the segment, each at a place of its own, and no more
/// than `slop` moves away from forming the phrase.
///
/// With pᵢ the place of the i-th word, pᵢ − i is how far it is shifted; the largest shift less the
/// smallest must not exceed `slop`. That is Lucene's measure: a word between costs 1, and
/// neighbours in reverse order 2. The time is proportional to the words of the segment times those
/// of the phrase; `steps` counts it.
[[nodiscard]] bool stands_within(const std::vector<Phrase>& words, std::size_t slop,
                                 const Segment& segment, std::size_t& steps);

}  // namespace tocsin::topics
