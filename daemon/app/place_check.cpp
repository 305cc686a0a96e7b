// SPDX-License-Identifier: Apache-2.0
#include "app/place_check.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/credential.hpp"
#include "app/reader_keys.hpp"
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

/// What the daemon would refuse to bind; `line` is where tocsin.toml lists the endpoints, 0 for
/// those that the runtime folder gives.
void check_endpoints(const std::vector<std::string>& endpoints, unsigned line,
                     const Configuration& configuration, Diagnostics& diagnostics) {
  const settings::Paths& paths = configuration.paths;
  const bool has_key = !configuration.settings.bus.key.empty();
  for (const std::string& endpoint : endpoints) {
    const auto allowed = bus::check_endpoint(endpoint, has_key);
    if (allowed) continue;
    diagnostics.push_back({.file = line > 0 ? paths.config : paths.runtime,
                           .line = line,
                           .column = line > 0 ? 1U : 0U,
                           .message = allowed.error().message});
  }
}

/// Without a key a tcp endpoint asks nobody who they are.
bool is_open_tcp(const Configuration& configuration) {
  const auto is_tcp = [](const std::string& endpoint) {
    return endpoint.starts_with("tcp://");
  };
  const auto& ctl = configuration.paths.ctl;
  return configuration.settings.bus.key.empty() && std::any_of(ctl.begin(), ctl.end(), is_tcp);
}

}  // namespace

void check_places(const Configuration& configuration, Diagnostics& diagnostics) {
  const settings::Paths& paths = configuration.paths;
  check_folder(paths.state, diagnostics);
  check_folder(paths.runtime, diagnostics);
  const settings::BusSettings& bus = configuration.settings.bus;
  check_endpoints(paths.pub, bus.pub_line, configuration, diagnostics);
  check_endpoints(paths.ctl, bus.ctl_line, configuration, diagnostics);
  if (!bus.users.empty() && is_open_tcp(configuration)) {
    diagnostics.push_back(
        {.file = paths.config,
         .line = bus.ctl_line,
         .column = 1,
         .message =
             "'users' holds for local sockets; through tcp:// without a key every user of this "
             "machine reads, and may take over a subscriber's name",
         .level = Diagnostic::Level::warning});
  }
  static_cast<void>(read_grants(configuration, diagnostics));
  // The name of a credential means something only where the service runs.
  const bool is_place = bus.key.find('/') != std::string::npos || !paths.credentials.empty();
  if (is_place) static_cast<void>(read_own_key(configuration, diagnostics));
  static_cast<void>(read_credentials(configuration, CredentialNames::may_be_unknown, diagnostics));
}

}  // namespace tocsin::app
