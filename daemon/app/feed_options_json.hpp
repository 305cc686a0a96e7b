// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "settings/settings.hpp"

namespace tocsin::app {

/// The options that are set, by their names in `[[feed]]`; of secrets only where they are kept.
[[nodiscard]] nlohmann::json options_json(settings::FeedOptions options);

}  // namespace tocsin::app
