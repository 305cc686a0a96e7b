// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "base/diagnostic.hpp"
#include "base/key_pair.hpp"
#include "base/result.hpp"
#include "bus/client.hpp"
#include "bus/grants.hpp"

namespace tocsin::app {

/// The folder of the keys that may connect: `[bus] readers`, else readers.d beside the
/// configuration.
[[nodiscard]] std::string readers_folder(const Configuration& configuration);

/// Every `<name>.toml` in that folder, and the users of `[bus] users`. A folder that is not there
/// holds nobody. Mistakes become diagnostics.
[[nodiscard]] bus::Grants read_grants(const Configuration& configuration, Diagnostics& diagnostics);

/// The daemon's own key pair, which `[bus] key` names; nothing where it names none.
[[nodiscard]] std::optional<KeyPair> read_own_key(const Configuration& configuration,
                                                  Diagnostics& diagnostics);

/// What `--key` and `--server-key` say, for a daemon on another machine; nothing without them.
[[nodiscard]] Result<std::optional<bus::ClientKeys>> client_keys(const Context& context);

}  // namespace tocsin::app
