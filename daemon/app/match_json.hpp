// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/item_line.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::app {

/// One verdict as `match --json` and `explain --json` print it (docs/reference/cli.md).
[[nodiscard]] nlohmann::json to_json(const topics::Match& match, const ItemLine& item);

/// The score as a multiple of the threshold. Any score is once a threshold of 0, none is 0 times.
[[nodiscard]] double ratio_of(const topics::Match& match);

/// `text` of a piece of evidence as it stands in the item.
[[nodiscard]] std::string surface(const topics::Evidence& evidence, const ItemLine& item);

}  // namespace tocsin::app
