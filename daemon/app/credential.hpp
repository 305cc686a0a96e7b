// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "http/fetcher.hpp"

namespace tocsin::app {

/// By the name a `[[feed]]` table gives; never shown.
using Credentials = std::map<std::string, http::Credential>;

/// What the process knows of systemd's credentials.
enum class CredentialNames {
  must_be_known,   ///< The daemon: a name without $CREDENTIALS_DIRECTORY is a mistake.
  may_be_unknown,  ///< `check`, which need not run in the service's place.
};

/// Reads the file of every `credential` in the `[[feed]]` tables: an absolute path, a path with "/"
/// relative to the configuration's folder, or the name of a systemd credential. Its first line is
/// "user:password" or "bearer TOKEN"; it has at most 4 KiB and is closed to others. A mistake
/// becomes a diagnostic that names the file and shows nothing of what is in it.
[[nodiscard]] Credentials read_credentials(const Configuration& configuration,
                                           CredentialNames names, Diagnostics& diagnostics);

}  // namespace tocsin::app
