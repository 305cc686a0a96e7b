// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "topics/alias_table.hpp"
#include "topics/background.hpp"
#include "topics/derive.hpp"
#include "topics/seed_corpus.hpp"

namespace tocsin::app {

/// What the verbs that derive topics take from the command line.
struct DerivationOptions {
  std::string from;             ///< Folder of seeds.
  std::string id;               ///< Only this topic; empty for all.
  std::string background;       ///< A table or items; empty for the configuration's.
  std::string aliases;          ///< Empty for the configuration's.
  std::string language = "en";  ///< Of background items.
};

/// Adds --background, --aliases and --language to a verb.
void add_table_options(CLI::App& verb, DerivationOptions& options);

/// What every derivation weighs against.
struct Tables {
  topics::Background background;
  std::optional<topics::AliasTable> aliases;

  [[nodiscard]] const topics::AliasTable* alias_pointer() const {
    return aliases ? &*aliases : nullptr;
  }
};

/// The tables the options name, else the configuration's.
[[nodiscard]] Result<Tables> read_tables(const Context& context, const DerivationOptions& options,
                                         Diagnostics& diagnostics);

/// A folder of seeds with the manifest in it, or without one.
struct SeedFolder {
  topics::SeedCorpus corpus;
  std::optional<topics::Manifest> manifest;
};

[[nodiscard]] Result<SeedFolder> read_seed_folder(const std::string& folder,
                                                  Diagnostics& diagnostics);

/// Derives what the folder's manifest names, or the one topic `options.id`.
[[nodiscard]] Result<std::vector<topics::Derived>> derive_from_folder(
    const DerivationOptions& options, const Tables& tables, Diagnostics& diagnostics);

}  // namespace tocsin::app
