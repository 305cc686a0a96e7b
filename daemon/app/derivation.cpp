// SPDX-License-Identifier: Apache-2.0
#include "app/derivation.hpp"

#include <filesystem>
#include <fstream>
#include <string_view>

#include <CLI/CLI.hpp>

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

/// Whether a file opens as JSON Lines do, whatever its name is.
bool holds_json(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  char first = ' ';
  const std::string_view before{" \t\r\n\xEF\xBB\xBF"};
  while (file.get(first) && before.find(first) != std::string_view::npos) continue;
  return file && first == '{';
}

/// A background table, or items (JSONL) to count one from.
Result<topics::Background> read_background(const std::string& path, const std::string& language,
                                           Diagnostics& diagnostics) {
  const bool is_items = fs::path{path}.extension() == ".jsonl" || holds_json(path);
  if (!is_items) return topics::Background::load(path);
  const auto texts = topics::read_background_items(path, diagnostics);
  if (!texts) return fail(texts.error());
  return topics::Background::build(*texts, language, "");
}

}  // namespace

void add_table_options(CLI::App& verb, DerivationOptions& options) {
  verb.add_option("--background", options.background,
                  "Background table, or items (JSON Lines) to count one from")
      ->type_name("FILE");
  verb.add_option("--aliases", options.aliases, "Alias table to start from")->type_name("FILE");
  verb.add_option("--language", options.language, "Language of --background items")
      ->capture_default_str();
}

Result<Tables> read_tables(const Context& context, const DerivationOptions& options,
                           Diagnostics& diagnostics) {
  const auto configuration = load_configuration(context, diagnostics);
  if (!configuration) return fail(configuration.error());
  const auto& paths = configuration->paths;
  auto background =
      read_background(options.background.empty() ? paths.background : options.background,
                      options.language, diagnostics);
  if (!background) return fail(background.error());
  Tables tables{std::move(*background), std::nullopt};
  const bool is_named = !options.aliases.empty();
  const std::string alias_file = is_named ? options.aliases : paths.aliases;
  std::error_code ignored;
  if (is_named || fs::exists(alias_file, ignored)) {
    auto aliases = topics::read_alias_table(alias_file, diagnostics);
    if (!aliases) return fail(aliases.error());
    tables.aliases = std::move(*aliases);
  }
  return tables;
}

Result<SeedFolder> read_seed_folder(const std::string& folder, Diagnostics& diagnostics) {
  auto corpus = topics::read_seed_corpus(folder, diagnostics);
  if (!corpus) return fail(corpus.error());
  SeedFolder read{.corpus = std::move(*corpus), .manifest = std::nullopt};
  const std::string manifest_file = (fs::path{folder} / "manifest.toml").string();
  std::error_code ignored;
  if (fs::exists(manifest_file, ignored)) {
    auto manifest = topics::read_manifest(manifest_file, diagnostics);
    if (!manifest) return fail(manifest.error());
    read.manifest = std::move(*manifest);
  }
  return read;
}

Result<std::vector<topics::Derived>> derive_from_folder(const DerivationOptions& options,
                                                        const Tables& tables,
                                                        Diagnostics& diagnostics) {
  const auto folder = read_seed_folder(options.from, diagnostics);
  if (!folder) return fail(folder.error());
  return topics::derive_corpus({.corpus = &folder->corpus,
                                .manifest = folder->manifest ? &*folder->manifest : nullptr,
                                .background = &tables.background,
                                .aliases = tables.alias_pointer(),
                                .id = options.id},
                               diagnostics);
}

}  // namespace tocsin::app
