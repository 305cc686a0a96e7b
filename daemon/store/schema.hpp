// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::store {

class Connection;

/// Steps of the schema: the script at index n leads from version n to n + 1. Never edited once
/// released.
[[nodiscard]] std::span<const std::string_view> schema_steps();

/// What Store::open finds in a file.
struct SchemaState {
  int version = 0;        ///< 0 is a new, empty file.
  bool is_store = false;  ///< Carries our application_id, or is empty.
};

[[nodiscard]] Result<SchemaState> inspect_schema(Connection& connection);

/// Brings a file at `version` to the last of `steps`, all in one transaction. A file that holds
/// data is first copied to "<path>.v<version>.bak".
[[nodiscard]] Result<void> migrate(Connection& connection, int version,
                                   std::span<const std::string_view> steps);

}  // namespace tocsin::store
