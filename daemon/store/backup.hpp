// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.hpp"

namespace tocsin::store {

class Connection;

/// Writes a compact copy whose epoch is blank, so that a store restored from it starts a new one.
///
/// It is made as "<path>.part" and named `path` once it is whole and synced: a file of that name
/// can be restored, whatever was killed. What an attempt that died left is written over; what one
/// that failed wrote is removed. `busy` when `path` exists or another process is writing it.
[[nodiscard]] Result<void> copy_to(Connection& connection, const std::string& path);

}  // namespace tocsin::store
