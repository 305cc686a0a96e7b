// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tocsin::app {

/// Alerts to try a plugin on, one payload a line: an ordinary one whose text would do harm where it
/// is not escaped, and one that the daemon says of a feed.
[[nodiscard]] std::string recorded_alerts();

}  // namespace tocsin::app
