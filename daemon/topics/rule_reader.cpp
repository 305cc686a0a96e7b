// SPDX-License-Identifier: Apache-2.0
#include "topics/rule_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.hpp"
#include "topics/gate_lexer.hpp"
#include "topics/topic_checks.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {

Aliases read_aliases(const toml::table& table, Mistakes& mistakes) {
  Aliases aliases;
  if (table.size() > TopicLimits::aliases) {
    mistakes.add(table.source().begin, fmt::format("over {} aliases", TopicLimits::aliases));
    return aliases;
  }
  for (const auto& [key, node] : in_file_order(table)) {
    const std::string name{key->str()};
    const std::string what = fmt::format("alias '{}'", escape_for_line(name));
    check_alias_name({.text = name, .at = key->source().begin}, mistakes);
    const toml::array* array = node->as_array();
    if (array == nullptr || array->empty()) {
      mistakes.add(node->source().begin, what + " must be a list of names, and not empty");
      continue;
    }
    std::vector<std::string> surfaces;
    for (const PlacedText& surface : read_texts(*array, what, mistakes)) {
      check_phrase(surface, what, mistakes);
      surfaces.push_back(surface.text);
    }
    aliases.emplace_back(name, std::move(surfaces));
  }
  return aliases;
}

std::vector<std::string> read_exclusions(TableReader& reader, const Aliases& aliases) {
  std::vector<std::string> exclusions;
  for (const PlacedText& one : reader.texts("exclude")) {
    check_reference(one, "exclusion", aliases, reader.mistakes());
    exclusions.push_back(one.text);
  }
  return exclusions;
}

std::string read_condition(TableReader& reader, std::string_view key, std::string_view toml,
                           const Aliases& aliases) {
  const auto condition = reader.text(key);
  if (!condition) return {};
  check_condition(*condition, {.key = key, .toml = toml, .aliases = aliases}, reader.mistakes());
  return condition->text;
}

void warn_of_unused_aliases(const toml::table& table, const std::vector<std::string>& references,
                            std::string_view condition, Mistakes& mistakes) {
  if (mistakes.count() != 0) return;
  std::set<std::string, std::less<>> used{references.begin(), references.end()};
  if (const auto symbols = gate_symbols(condition)) {
    for (const GateSymbol& symbol : *symbols) used.emplace(symbol.text);
  }
  for (const auto& [key, node] : in_file_order(table)) {
    if (used.contains('@' + std::string{key->str()})) continue;
    mistakes.warn(key->source().begin,
                  fmt::format("alias '{}' is never used", escape_for_line(key->str())));
  }
}

bool is_within_limit(std::string_view toml, Mistakes& mistakes) {
  if (toml.size() <= TopicLimits::file_bytes) return true;
  mistakes.add({}, fmt::format("the file is over {} bytes", TopicLimits::file_bytes));
  return false;
}

}  // namespace tocsin::topics
