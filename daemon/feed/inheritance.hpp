// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "feed/feed.hpp"

namespace tocsin::feed {

/// The authors that items without any take over from their feed: the first ones, as long as they
/// are at most 16 and 1 KiB together. Every item gets a copy, so what a document spends on them is
/// multiplied by its items.
[[nodiscard]] std::vector<Person> inherited_authors(const Channel& channel);

}  // namespace tocsin::feed
