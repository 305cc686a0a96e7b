// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "topics/toml_reader.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// What topic files and filter files have in common. Each function tells what is wrong at its
/// place.

/// An `[alias]` table.
[[nodiscard]] Aliases read_aliases(const toml::table& table, Mistakes& mistakes);

/// A list of references, under `key`.
[[nodiscard]] std::vector<std::string> read_exclusions(TableReader& reader, const Aliases& aliases);

/// A condition under `key`, or an empty one. `toml` is the file's text, for the columns.
[[nodiscard]] std::string read_condition(TableReader& reader, std::string_view key,
                                         std::string_view toml, const Aliases& aliases);

/// Warns of aliases that nothing refers to: `references` is everything that may, conditions apart.
/// Does nothing while other parts are wrong.
void warn_of_unused_aliases(const toml::table& table, const std::vector<std::string>& references,
                            std::string_view condition, Mistakes& mistakes);

}  // namespace tocsin::topics
