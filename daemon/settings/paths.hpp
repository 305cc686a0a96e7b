// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace tocsin::settings {

/// `--config FILE`, `--feeds FILE`, `--state DIR`, `--runtime DIR`, `--topics DIR…`: what wins over
/// all else.
struct CommandLinePaths {
  std::optional<std::string> config;
  std::optional<std::string> feeds;
  std::optional<std::string> state;
  std::optional<std::string> runtime;
  std::vector<std::string> topics;
};

/// What of the process decides about places.
struct Environment {
  std::map<std::string, std::string> variables;
  bool is_root = false;
  std::string working_folder = "/";  ///< What relative paths are relative to; absolute.

  [[nodiscard]] static Environment of_process();

  /// The variable's value; nothing when it is unset or empty.
  [[nodiscard]] std::optional<std::string> get(const std::string& name) const;
};

/// Where everything is. Every path is absolute, without "." and ".."; "-", stdin, stays as it is.
struct Paths {
  bool is_user_mode = false;
  std::string config;            ///< tocsin.toml; need not exist.
  bool is_config_given = false;  ///< Named on the command line, so its absence is an error.
  std::string feeds;             ///< feeds.opml
  std::vector<std::string>
      topics;  ///< Folders, the house's last: its file masks an earlier folder's of the same name.
  std::string background;  ///< Background table that `topic new` weighs against.
  std::string aliases;     ///< Alias table that `topic new` starts from.
  std::string plugins;     ///< plugins.d
  std::string state;       ///< Folder of tocsin.db and its lock.
  std::string database;
  std::string runtime;      ///< Folder of the sockets.
  std::string credentials;  ///< $CREDENTIALS_DIRECTORY, or empty.
  std::vector<std::string>
      pub;  ///< Endpoints to bind or connect to, the local socket when none is set.
  std::vector<std::string> ctl;
};

/// Command line, then systemd's directories ($CONFIGURATION_DIRECTORY, $STATE_DIRECTORY,
/// $RUNTIME_DIRECTORY; $TOCSIN_RUNTIME for clients), then the file, then the mode's default:
/// /etc, /var/lib and /run for root, the XDG folders for everybody else. `config` does not depend
/// on `settings`, so a first call with defaults finds the file. Relative paths are joined to the
/// working folder; those of the file have been joined to its folder before. `invalid_input` without
/// a home folder.
[[nodiscard]] Result<Paths> resolve_paths(const CommandLinePaths& command_line,
                                          const Environment& environment,
                                          const Settings& settings = {});

}  // namespace tocsin::settings
