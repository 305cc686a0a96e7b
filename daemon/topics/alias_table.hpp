// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/phrase.hpp"

namespace tocsin::topics {

/// One concept and its names, as they stand in a topic file: "=IS" exact case, "fighter*" a prefix.
struct AliasGroup {
  std::string name{};  ///< "islamic-state"; a term refers to it as "@islamic-state".
  std::vector<std::string> surfaces{};
  std::vector<Phrase> phrases{};  ///< Of the surfaces, in their order; those that are none are left
                                  ///< out. Read by `read_phrases`.
};

/// Fills `phrases` from the surfaces.
void read_phrases(AliasGroup& group);

/// The table of names shipped in config/aliases.toml, which a house may edit.
struct AliasTable {
  std::vector<AliasGroup> groups{};  ///< In file order.
  std::vector<AliasGroup> all{};     ///< With those of `[country]`, for seeds as short as items.
  std::string digest{};              ///< Of the file's bytes, 16 hexadecimal digits.
};

/// Reads `format = 1`, `[alias]` and `[country]`. Mistakes are diagnostics; with an error among
/// them the result is `invalid_input`. At most 1 MiB.
[[nodiscard]] Result<AliasTable> parse_alias_table(std::string_view bytes, const std::string& file,
                                                   Diagnostics& diagnostics);
[[nodiscard]] Result<AliasTable> read_alias_table(const std::string& path,
                                                  Diagnostics& diagnostics);

}  // namespace tocsin::topics
