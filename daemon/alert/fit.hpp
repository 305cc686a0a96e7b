// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "alert/alert.hpp"

namespace tocsin::alert {

/// Brings every field within its own limit and into clean UTF-8, and names in `item.cut` what was
/// shortened. After it an alert without content, summary and evidence always fits a payload frame.
void apply_field_limits(Alert& alert);

/// Takes at least `bytes` away, from a digest's list, content, summary, then evidence by weight;
/// false when nothing of them is left to take.
bool shorten(Alert& alert, std::size_t bytes);

/// Leaves only evidence that stands where it says in the fields as they are now, and fills in its
/// text where that is empty.
void drop_evidence_outside(Alert& alert);

}  // namespace tocsin::alert
