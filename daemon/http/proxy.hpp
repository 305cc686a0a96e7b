// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/fetcher.hpp"

namespace tocsin::http {

struct UserAndPassword {
  std::string user{};
  std::string password{};
};

/// "ann:p%40ss" as it stands in a URL, percent-decoded.
[[nodiscard]] UserAndPassword split_user_info(std::string_view user_info);

/// Where a Route's proxy is. The URL has lost its user, so that no message can show it.
struct Proxy {
  std::string url{};
  std::string host{};
  UserAndPassword login{};
};

/// The proxy of a route that has one. `invalid_input` without the text when it is no proxy's URL;
/// one without a scheme is no URL.
[[nodiscard]] Result<Proxy> proxy_of(const Route& route);

}  // namespace tocsin::http
