// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/ledger.hpp"
#include "store/item_row.hpp"
#include "topics/rule_set.hpp"

namespace tocsin::pipeline {

/// What is told of a miss: texts cut so that a hundred of them fit into one answer.
[[nodiscard]] NearMiss near_miss_of(const topics::Match& match, const store::ItemRow& item);

}  // namespace tocsin::pipeline
