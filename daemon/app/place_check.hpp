// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command.hpp"
#include "base/diagnostic.hpp"

namespace tocsin::app {

/// Folders that cannot be written to by this user are warnings, since the daemon may run as
/// another; endpoints that the daemon would not bind, and credentials that are missing or that
/// others may read, are errors.
void check_places(const Configuration& configuration, Diagnostics& diagnostics);

}  // namespace tocsin::app
