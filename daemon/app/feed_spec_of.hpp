// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/credential.hpp"
#include "base/result.hpp"
#include "feed/opml.hpp"
#include "http/address_guard.hpp"
#include "poll/feed_spec.hpp"
#include "settings/settings.hpp"

namespace tocsin::app {

/// A feed of the list as it is polled: `options` are those that settings::options_of() gives for
/// it, and what they name is looked up in `credentials`.
[[nodiscard]] poll::FeedSpec feed_spec_of(const feed::Subscription& subscription,
                                          const settings::FeedOptions& options,
                                          const Credentials& credentials);

/// The addresses that may be fetched from: public ones, and those of http.allow.
[[nodiscard]] Result<http::AddressGuard> guard_of(const settings::Settings& settings);

}  // namespace tocsin::app
