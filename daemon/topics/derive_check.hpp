// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "topics/derive.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// A rule set of this topic only, its exclusions left out; null when it has mistakes.
[[nodiscard]] std::shared_ptr<const RuleSet> compile_alone(Topic topic);

/// How one seed fares against the rule, judged as any item is.
[[nodiscard]] SeedRow judge_seed(const RuleSet& rules, const Seed& seed);

[[nodiscard]] double lowest_seed_score(const DeriveInput& input, const Topic& topic);

/// The same without one of the seeds and without its own check.
[[nodiscard]] DeriveInput without_seed(const DeriveInput& input, std::size_t left_out);

/// Fills the report's two tables: each seed against the rule, and against the rule from the others.
void check_seeds(const DeriveInput& input, Derived& derived);

}  // namespace tocsin::topics
