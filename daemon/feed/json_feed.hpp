// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "feed/feed.hpp"

namespace tocsin::feed {

/// Reads JSON Feed 1.0 and 1.1 into `feed`. A field of the wrong type counts as missing; an item
/// that is no object is left out with a warning. `invalid_input` when `text` is no JSON object
/// with a version or an items array.
[[nodiscard]] Result<void> read_json_feed(std::string_view text, std::string_view base, Feed& feed);

}  // namespace tocsin::feed
