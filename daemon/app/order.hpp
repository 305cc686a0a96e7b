// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "settings/paths.hpp"

namespace tocsin::app {

/// Has something changed in the store by its only writer, whoever holds the state lock: this
/// process by `alone`, where it gets it, else the daemon, which is sent `order`, a JSON object. So
/// is the answer, with "error" where the daemon will not. Fails as `alone` does, and where there is
/// neither lock nor daemon.
[[nodiscard]] Result<std::string> have_changed(const settings::Paths& paths, std::string_view verb,
                                               const std::string& order,
                                               const std::function<Result<std::string>()>& alone);

}  // namespace tocsin::app
