// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.hpp"
#include "settings/paths.hpp"

namespace tocsin::app {

/// Where the file is that a setting names: an absolute path, a path with "/" relative to the
/// configuration's folder, or the name of a systemd credential. `not_found` for a name when
/// systemd's folder is not known.
[[nodiscard]] Result<std::string> place_of_secret(const std::string& name,
                                                  const settings::Paths& paths);

/// `refused` unless it is a file that nobody but its owner and group may read, and nobody but its
/// owner change.
[[nodiscard]] Result<void> check_private(const std::string& file);

/// A client certificate or a file of authorities. `invalid_input` when there is no certificate in
/// it.
[[nodiscard]] Result<void> check_certificate(const std::string& file);

/// A private key in PEM: closed to others, and not encrypted, since nobody is there to be asked for
/// the pass phrase.
[[nodiscard]] Result<void> check_key(const std::string& file);

}  // namespace tocsin::app
