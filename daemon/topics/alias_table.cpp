// SPDX-License-Identifier: Apache-2.0
#include "topics/alias_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "topics/seed_corpus.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_checks.hpp"

namespace tocsin::topics {

void read_phrases(AliasGroup& group) {
  group.phrases.clear();
  for (const std::string& surface : group.surfaces)
    if (auto phrase = parse_phrase(surface)) group.phrases.push_back(std::move(*phrase));
}

namespace {

std::vector<AliasGroup> read_groups(const toml::table& table, Mistakes& mistakes) {
  std::vector<AliasGroup> groups;
  for (const auto& [key, node] : in_file_order(table)) {
    AliasGroup group{.name = std::string{key->str()}};
    const std::string what = fmt::format("alias '{}'", escape_for_line(group.name));
    check_alias_name({.text = group.name, .at = key->source().begin}, mistakes);
    const toml::array* surfaces = node->as_array();
    if (surfaces == nullptr || surfaces->empty()) {
      mistakes.add(node->source().begin, what + " must be a list of names, and not empty");
      continue;
    }
    for (const PlacedText& text : read_texts(*surfaces, what, mistakes)) {
      check_phrase(text, what, mistakes);
      group.surfaces.push_back(text.text);
    }
    read_phrases(group);
    groups.push_back(std::move(group));
  }
  return groups;
}

/// A country with the name of a group adds to it.
void add_countries(std::vector<AliasGroup> countries, std::vector<AliasGroup>& groups) {
  for (AliasGroup& country : countries) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const AliasGroup& group) {
      return group.name == country.name;
    });
    if (same == groups.end()) {
      groups.push_back(std::move(country));
      continue;
    }
    same->surfaces.insert(same->surfaces.end(), country.surfaces.begin(), country.surfaces.end());
    same->phrases.insert(same->phrases.end(), country.phrases.begin(), country.phrases.end());
  }
}

}  // namespace

Result<AliasTable> parse_alias_table(std::string_view bytes, const std::string& file,
                                     Diagnostics& diagnostics) {
  Mistakes mistakes{file, diagnostics};
  const auto table = parse_toml(bytes, mistakes);
  if (!table) return fail(mistakes.error());
  AliasTable aliases{.digest = sha256_hex(bytes, 16)};
  TableReader root{*table, "", mistakes};
  read_format(root);
  root.need("alias");
  if (const toml::table* groups = root.table("alias"))
    aliases.groups = aliases.all = read_groups(*groups, mistakes);
  if (const toml::table* countries = root.table("country"))
    add_countries(read_groups(*countries, mistakes), aliases.all);
  root.finish();
  if (mistakes.count() != 0) return fail(mistakes.error());
  return aliases;
}

Result<AliasTable> read_alias_table(const std::string& path, Diagnostics& diagnostics) {
  const Result<std::string> bytes = read_seed_file(path);
  if (!bytes) return fail(bytes.error());
  return parse_alias_table(*bytes, path, diagnostics);
}

}  // namespace tocsin::topics
