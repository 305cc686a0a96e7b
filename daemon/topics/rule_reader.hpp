// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
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

/// Tells and refuses a file over its limit.
[[nodiscard]] bool is_within_limit(std::string_view toml, Mistakes& mistakes);

/// A file as `Reader{toml, mistakes}.run(table)` reads it, with its name and digest. All mistakes
/// are told, in the order of the file; with any of them there is no result.
template <typename Rule, typename Reader>
[[nodiscard]] Result<Rule> read_rule_file(std::string_view toml, const std::string& file_name,
                                          Diagnostics& diagnostics) {
  constexpr std::size_t digest_digits = 16;
  Mistakes mistakes{file_name, diagnostics};
  if (!is_within_limit(toml, mistakes)) return fail(mistakes.error());
  const auto file = parse_toml(toml, mistakes);
  if (!file) return fail(mistakes.error());
  Rule rule = Reader{toml, mistakes}.run(*file);
  mistakes.sort();
  if (mistakes.count() != 0) return fail(mistakes.error());
  rule.file = file_name;
  rule.digest = sha256_hex(toml, digest_digits);
  return rule;
}

}  // namespace tocsin::topics
