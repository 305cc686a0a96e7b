// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tocsin::store {

/// Which alerts `alert list` shows, newest first.
struct AlertQuery {
  std::string frame_prefix;  ///< "" is all.
  std::optional<Time> since;
  std::optional<Time> until;
  std::optional<std::uint64_t> before_seq;  ///< For the next page.
  std::size_t limit = 100;
};

}  // namespace tocsin::store
