// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::app {

/// What whoever watches near misses wants to hear of, as ADMIN brings it.
struct NearWish {
  double share = 0;                         ///< Of a topic's threshold, over 0 and up to 1.
  std::optional<std::uint64_t> after = {};  ///< The number it had last; nothing: from now on.
};

/// `{"share": 0.5, "after": 7}`; `after` may be missing or -1. `invalid_input` where `share` is no
/// such number.
[[nodiscard]] Result<NearWish> read_near_wish(std::string_view json);

}  // namespace tocsin::app
