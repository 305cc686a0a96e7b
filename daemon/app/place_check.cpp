// SPDX-License-Identifier: Apache-2.0
#include "app/place_check.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "bus/sockets.hpp"

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

/// The folder itself, or the nearest one above it in which it could be made.
fs::path nearest_folder(const std::string& folder) {
  std::error_code error;
  fs::path path = fs::absolute(folder, error);
  while (!fs::exists(path, error) && path.has_parent_path() && path != path.root_path()) {
    path = path.parent_path();
  }
  return path;
}

void check_folder(const std::string& folder, Diagnostics& diagnostics) {
  const fs::path nearest = nearest_folder(folder);
  std::error_code error;
  if (!fs::is_directory(nearest, error)) {
    diagnostics.push_back({.file = nearest.string(), .message = "is not a folder"});
  } else if (::access(nearest.c_str(), W_OK | X_OK) != 0) {
    diagnostics.push_back(
        {.file = folder,
         .message = "cannot be written to by this user: " + std::generic_category().message(errno),
         .level = Diagnostic::Level::warning});
  }
}

/// Where a credential's file is; empty when only the running service could know.
std::string credential_file(const std::string& name, const std::string& folder) {
  if (fs::path{name}.is_absolute()) return name;
  return folder.empty() ? std::string{} : (fs::path{folder} / name).string();
}

/// What is wrong with a credential's file; empty when nothing is.
std::string fault_of(const std::string& file) {
  constexpr mode_t others = S_IRWXO | S_IWGRP;

  struct stat status {};

  if (::stat(file.c_str(), &status) != 0) return std::generic_category().message(errno);
  if (!S_ISREG(status.st_mode)) return "is not a file";
  if ((status.st_mode & others) != 0) return "may be read or changed by others; chmod 0600";
  return {};
}

/// What the daemon would refuse to bind; `line` is where tocsin.toml lists the endpoints, 0 for
/// those that the runtime folder gives.
void check_endpoints(const std::vector<std::string>& endpoints, unsigned line,
                     const settings::Paths& paths, Diagnostics& diagnostics) {
  for (const std::string& endpoint : endpoints) {
    const auto allowed = bus::check_endpoint(endpoint);
    if (allowed) continue;
    diagnostics.push_back({.file = line > 0 ? paths.config : paths.runtime,
                           .line = line,
                           .column = line > 0 ? 1U : 0U,
                           .message = allowed.error().message});
  }
}

}  // namespace

void check_places(const Configuration& configuration, Diagnostics& diagnostics) {
  const settings::Paths& paths = configuration.paths;
  check_folder(paths.state, diagnostics);
  check_folder(paths.runtime, diagnostics);
  const settings::BusSettings& bus = configuration.settings.bus;
  check_endpoints(paths.pub, bus.pub_line, paths, diagnostics);
  check_endpoints(paths.ctl, bus.ctl_line, paths, diagnostics);
  std::set<std::string> seen;
  for (const settings::FeedOptions& table : configuration.settings.feeds) {
    if (table.credential.empty() || !seen.insert(table.credential).second) continue;
    const std::string file = credential_file(table.credential, paths.credentials);
    const std::string fault = file.empty() ? std::string{} : fault_of(file);
    if (fault.empty()) continue;
    diagnostics.push_back({.file = paths.config,
                           .line = table.line,
                           .column = 1,
                           .message = "credential " + file + ": " + fault});
  }
}

}  // namespace tocsin::app
