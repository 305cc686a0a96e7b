// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::settings {

/// What `plugins.d/<instance>.toml` says of one plugin that runs:
///
///   format = 1
///   plugin = "console"            # which program: tocsin-console; else the instance's name
///   connect = "ipc:/run/tocsin"   # where the daemon is; else the runtime folder
///   [curve]                       # where the daemon speaks CURVE
///   server_key = "…"              # its public key; becomes --server-key
///   key = "archive.key"           # the file of our pair; becomes --key
///   [options]
///   color = "never"               # becomes --color never; true becomes a bare --flag
struct PluginInstance {
  std::string plugin;
  std::string connect;
  std::vector<std::string> arguments;  ///< The options, as the program takes them.
};

/// Mistakes are diagnostics at their line and column; with any the result is `invalid_input`.
[[nodiscard]] Result<PluginInstance> read_plugin_instance(std::string_view toml,
                                                          const std::string& file_name,
                                                          Diagnostics& diagnostics);

/// True for what may name an instance or a plugin: [a-z0-9][a-z0-9-]*, at most 64 bytes.
[[nodiscard]] bool is_plugin_name(std::string_view name);

}  // namespace tocsin::settings
