// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/delivery.hpp"
#include "settings/settings.hpp"

namespace tocsin::app {

/// When alerts go out, by what `[delivery]` and the `[[topic]]` tables say.
[[nodiscard]] pipeline::DeliveryOptions delivery_options_of(const settings::Settings& settings);

}  // namespace tocsin::app
