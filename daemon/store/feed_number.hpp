// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::store {

class Connection;

/// The number that stands for a feed's key in the other tables, given now when it has none. Not
/// cached: a rollback takes it back.
[[nodiscard]] Result<std::int64_t> feed_number(Connection& connection, std::string_view key);

}  // namespace tocsin::store
