// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "manifest/instance.hpp"
#include "manifest/manifest.hpp"

namespace tocsin::app {

/// A plugin that is there: its folder holds plugin.toml.
struct InstalledPlugin {
  std::string folder = {};
  manifest::Manifest manifest = {};
};

/// A plugin as it is to be started.
struct PluginStart {
  std::vector<std::string> words = {};  ///< Program and arguments.
  std::vector<std::string> environment = {};
};

/// Reads plugin.toml in a folder. `not_found` where there is none; mistakes are diagnostics.
[[nodiscard]] Result<InstalledPlugin> read_plugin(const std::string& folder,
                                                  Diagnostics& diagnostics);

/// Folders that hold one folder a plugin; the first that has a name wins. Those of $TOCSIN_PLUGINS,
/// the house's own, the installed ones, and of a binary that runs where it was built the tree's.
[[nodiscard]] std::vector<std::string> plugin_folders(const settings::Paths& paths);

/// The plugin of that name in the first folder that has it.
[[nodiscard]] Result<InstalledPlugin> find_plugin(const settings::Paths& paths,
                                                  const std::string& name,
                                                  Diagnostics& diagnostics);

/// Every plugin that is there, by name; mistakes in manifests are diagnostics.
[[nodiscard]] std::vector<InstalledPlugin> installed_plugins(const settings::Paths& paths,
                                                             Diagnostics& diagnostics);

/// The names of the files in plugins.d.
[[nodiscard]] std::vector<std::string> names_of_instances(const settings::Paths& paths);

/// The instance `name` by plugins.d/<name>.toml, or without one the plugin of that name, and its
/// plugin. Secrets are looked at: who may read them, never what they are; a relative path among
/// them becomes absolute. Mistakes are diagnostics at their place.
struct ReadInstance {
  manifest::Instance instance = {};
  InstalledPlugin plugin = {};
};

enum class Secrets {
  must_be_there,
  may_be_unknown,  ///< A credential is passed over where $CREDENTIALS_DIRECTORY is not set.
  may_be_absent,
};

[[nodiscard]] Result<ReadInstance> read_instance(const settings::Paths& paths,
                                                 const std::string& name, Secrets secrets,
                                                 Diagnostics& diagnostics);

/// The program of a plugin: `program` beside this one, where the build leaves it, or on the PATH;
/// `exec` in its folder, by its own first line or, for "….py", by Debian's interpreter. Python's
/// library is found in a tree that was not installed too.
[[nodiscard]] PluginStart start_of(const settings::Paths& paths, const InstalledPlugin& plugin);

/// The same with what the instance's file sets, and behind that `more`, which wins.
[[nodiscard]] PluginStart start_of(const settings::Paths& paths, const ReadInstance& read,
                                   const std::vector<std::string>& more);
}  // namespace tocsin::app
