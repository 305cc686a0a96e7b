// SPDX-License-Identifier: Apache-2.0
#include "app/place_check.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "app/credential.hpp"

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

}  // namespace

void check_places(const Configuration& configuration, Diagnostics& diagnostics) {
  const settings::Paths& paths = configuration.paths;
  check_folder(paths.state, diagnostics);
  check_folder(paths.runtime, diagnostics);
  static_cast<void>(read_credentials(configuration, CredentialNames::may_be_unknown, diagnostics));
}

}  // namespace tocsin::app
