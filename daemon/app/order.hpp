// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

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

/// The object that the daemon answered with, whatever it says. `system` where it is none.
[[nodiscard]] Result<nlohmann::json> read_object(const std::string& answer);

/// The object that an order was answered with. `refused` with the words of its "error" where it has
/// one, `system` where it is no object.
[[nodiscard]] Result<nlohmann::json> read_answer(const std::string& answer);

}  // namespace tocsin::app
