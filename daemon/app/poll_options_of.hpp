// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "http/address_guard.hpp"
#include "poll/poll_options.hpp"
#include "settings/settings.hpp"

namespace tocsin::app {

/// How feeds are polled where their own options say nothing else.
[[nodiscard]] poll::PollOptions poll_options_of(const settings::Settings& settings);

/// The guard that lets through what `http.allow` names, beside what is public.
[[nodiscard]] Result<http::AddressGuard> address_guard_of(const settings::HttpSettings& settings);

}  // namespace tocsin::app
