// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tocsin::feed {

struct Feed;

/// The feed as one JSON object, the form `tocsin parse` prints (docs/reference/feeds.md).
/// `indent` < 0 prints one line.
[[nodiscard]] std::string to_json(const Feed& feed, int indent = 2);

}  // namespace tocsin::feed
