// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.hpp"
#include "outbound/http_post.hpp"
#include "tocsin/options.hpp"

/// The options of plugins that send: `url`, `ca-file`, `proxy` and `timeout`. A mistake is named at
/// the place of the option.
namespace tocsin::outbound {

[[nodiscard]] plugin::Mistakes mistakes_in_proxy(const plugin::Options& options);

/// Of `url`, which must be no secret, and of `proxy`.
[[nodiscard]] plugin::Mistakes mistakes_in_target(const plugin::Options& options);

/// Nothing where `ca-file` is not set or holds certificates in PEM.
[[nodiscard]] Result<void> check_authorities(const plugin::Options& options);

/// What posts to `url`, which is the option's value, or the secret that it names.
[[nodiscard]] Result<HttpPost> open_target(const plugin::Options& options, std::string url);

}  // namespace tocsin::outbound
