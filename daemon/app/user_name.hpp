// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tocsin::app {

/// Who says it: the name of the user who runs the verb. Thread: one.
[[nodiscard]] std::string user_name();

}  // namespace tocsin::app
