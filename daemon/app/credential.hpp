// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "http/fetcher.hpp"

namespace tocsin::app {

/// What the settings name and is kept elsewhere, by the name they give; never shown.
struct Credentials {
  std::map<std::string, http::Credential> servers{};  ///< Of `credential`.
  std::map<std::string, http::Credential> proxies{};  ///< Of `proxy_credential`; user and password.
  std::map<std::string, std::string> files{};         ///< Where a client's certificate or key is.
};

/// Reads the text of a credential's file. The errors show nothing of it.
[[nodiscard]] Result<http::Credential> parse_credential(std::string_view text);

/// What the process knows of systemd's credentials.
enum class CredentialNames {
  must_be_known,   ///< The daemon: a name without $CREDENTIALS_DIRECTORY is a mistake.
  may_be_unknown,  ///< `check`, which need not run in the service's place.
};

/// Reads every credential that [http] and the `[[feed]]` tables name, and looks at the certificates
/// and keys. A credential's file has at most 4 KiB and is closed to others; it holds, on its first
/// line, "user:password" or "bearer TOKEN", and lines "header Name: value". A mistake becomes a
/// diagnostic that names the file and shows nothing of what is in it.
[[nodiscard]] Credentials read_credentials(const Configuration& configuration,
                                           CredentialNames names, Diagnostics& diagnostics);

}  // namespace tocsin::app
