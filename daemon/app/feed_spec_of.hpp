// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/credential.hpp"
#include "base/result.hpp"
#include "feed/opml.hpp"
#include "http/address_guard.hpp"
#include "poll/feed_spec.hpp"
#include "settings/settings.hpp"

namespace tocsin::app {

/// How a feed with these settings is polled; what they name is looked up in `credentials`. Feeds
/// under the same tables share one.
[[nodiscard]] poll::SharedOptions feed_options_of(const settings::FeedOptions& options,
                                                  const Credentials& credentials);

/// A feed of the list as it is polled.
[[nodiscard]] poll::FeedSpec feed_spec_of(const feed::Subscription& subscription,
                                          poll::SharedOptions options);

/// The addresses that may be fetched from: public ones, and those of http.allow.
[[nodiscard]] Result<http::AddressGuard> guard_of(const settings::Settings& settings);

}  // namespace tocsin::app
