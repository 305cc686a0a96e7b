// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "manifest/manifest.hpp"

namespace tocsin::manifest {

/// In a file; both from 1, the column in characters.
struct Place {
  unsigned line = 0;
  unsigned column = 0;
};

/// An option as an instance's file sets it, and where.
struct SetOption {
  std::string name = {};
  Value value = {};
  Place place = {};
  std::vector<Place> texts = {};  ///< Of a list: where each of them stands.
};

/// What `plugins.d/<instance>.toml` says of one plugin that runs:
///
///   format = 1
///   plugin = "console"            # which plugin; else the instance's name
///   connect = "ipc:/run/tocsin"   # where the daemon is; else the runtime folder
///   delivery = "tail"             # else as the manifest says
///   filters = ["alert/floods/"]   # else as the manifest says
///   max_per_hour = 20             # hold what is more; also cap_window and let_through
///   [curve]                       # where the daemon speaks CURVE
///   server_key = "…"              # its public key
///   key = "archive.key"           # the file of our pair
///   [options]
///   color = "never"
struct Instance {
  std::string name = {};
  std::string plugin = {};
  std::string connect = {};
  std::optional<Delivery> delivery = {};
  std::vector<std::string> filters = {};
  std::string server_key = {};  ///< Empty: the daemon speaks no CURVE.
  std::string key_file = {};
  std::vector<SetOption> own = {};  ///< `connect`, `key`, `server-key`: where they stand.
  std::vector<SetOption> cap = {};  ///< Of cap_options().
  std::vector<SetOption> options = {};
};

/// The file of one instance.
struct InstanceFile {
  std::string path = {};  ///< As diagnostics name it.
  std::string name = {};  ///< The instance's.
  std::string_view toml = {};
};

/// Gives the manifest of a plugin; `not_found` for one that is not installed.
using FindManifest = std::function<Result<Manifest>(const std::string& plugin)>;

/// Reads the file of an instance and checks its options against the plugin's manifest: unknown
/// and missing ones, types, bounds, choices. Mistakes are diagnostics at their line and column;
/// with any the result is `invalid_input`. An error of `find` is handed on.
[[nodiscard]] Result<Instance> read_instance(const InstanceFile& file, const FindManifest& find,
                                             Diagnostics& diagnostics);

/// The arguments with which the plugin's program is started: `--name=…` or `--tail`, filters,
/// options. Of a secret the name of its file or credential, never the secret.
[[nodiscard]] std::vector<std::string> arguments_of(const Instance& instance,
                                                    const Manifest& manifest);

}  // namespace tocsin::manifest
