// SPDX-License-Identifier: Apache-2.0
#include "topics/alias_table.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/digest.hpp"
#include "topics/phrase.hpp"
#include "topics/seed_corpus.hpp"
#include "topics/toml_reader.hpp"

namespace tocsin::topics {

Result<AliasTable> parse_alias_table(std::string_view bytes, const std::string& file,
                                     Diagnostics& diagnostics) {
  Mistakes mistakes{file, diagnostics};
  const auto table = parse_toml(bytes, mistakes);
  if (!table) return fail(mistakes.error());
  AliasTable aliases{.digest = sha256_hex(bytes, 16)};
  TableReader root{*table, "", mistakes};
  read_format(root);
  root.need("alias");
  if (const toml::table* groups = root.table("alias")) {
    for (const auto& [key, node] : in_file_order(*groups)) {
      AliasGroup group{.name = std::string{key->str()}};
      const toml::array* surfaces = node->as_array();
      if (surfaces == nullptr) {
        mistakes.add(node->source().begin, fmt::format("'{}' must be a list of names", group.name));
        continue;
      }
      for (const PlacedText& text :
           read_texts(*surfaces, fmt::format("'{}'", group.name), mistakes)) {
        const auto phrase = parse_phrase(text.text);
        if (!phrase) mistakes.add(text.at, phrase.error().message);
        group.surfaces.push_back(text.text);
      }
      aliases.groups.push_back(std::move(group));
    }
  }
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
