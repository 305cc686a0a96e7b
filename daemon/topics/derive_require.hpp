// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "topics/derive_terms.hpp"

namespace tocsin::topics {

/// Adds to the topic the smallest set of telling, rare terms of which every seed holds one; a text
/// without any of them scores half. Warns when there is no such set.
void require_terms(const std::vector<Chosen>& chosen, const Material& material,
                   const Background& background, Derived& derived);

/// Adds what the parent requires, and of its other rare terms as few as every seed needs to hold
/// one of the group; a text without any of them is dropped. False, with a warning, when a seed
/// holds none: then nothing is added.
bool require_parent(const Topic& parent, const Material& material, const Background& background,
                    Derived& derived);

/// Gives the seeds' aliases those of the parent that stand in none of them.
void add_aliases_of(const Topic& parent, std::vector<AliasGroup>& aliases);

}  // namespace tocsin::topics
