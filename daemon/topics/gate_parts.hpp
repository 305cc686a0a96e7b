// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// One part of a `when`, as written, and whether it holds for an item.
struct GatePart {
  std::string text;
  bool holds = false;
  std::vector<GatePart>
      parts;  ///< What it is made of; for NEAR its two sides, wherever they stand.
};

/// Takes a topic's `when` apart for one item: AND, OR, NOT, NEAR and OF into what they join, down
/// to words, phrases and patterns. Each part is judged by the gate itself. Without a `when`,
/// nothing holds and there are no parts.
[[nodiscard]] GatePart gate_parts(const Topic& topic, const ItemFields& item);

}  // namespace tocsin::topics
