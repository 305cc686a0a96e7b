// SPDX-License-Identifier: Apache-2.0
#include "http/proxy.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/url.hpp"

namespace tocsin::http {
namespace {

struct FreeText {
  void operator()(char* text) const noexcept { curl_free(text); }
};

std::string percent_decoded(std::string_view text) {
  int length = 0;
  const std::unique_ptr<char, FreeText> decoded{
      curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &length)};
  if (decoded == nullptr || text.empty()) return {};  // libcurl would measure an empty one itself
  return {decoded.get(), static_cast<std::size_t>(length)};
}

bool is_port(std::string_view text) {
  return text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

UserAndPassword split_user_info(std::string_view user_info) {
  const auto colon = std::min(user_info.find(':'), user_info.size());
  const auto password = user_info.substr(std::min(colon + 1, user_info.size()));
  return {.user = percent_decoded(user_info.substr(0, colon)),
          .password = percent_decoded(password)};
}

Result<Proxy> proxy_of(const Route& route) {
  constexpr std::array<std::string_view, 6> schemes{"http",    "https",  "socks4",
                                                    "socks4a", "socks5", "socks5h"};
  Url url = split_url(route.proxy);
  const bool is_known = std::find(schemes.begin(), schemes.end(), url.scheme) != schemes.end();
  if (!is_known || url.host.empty() || !is_port(url.port)) {
    return fail(Errc::invalid_input,
                "the proxy is no URL of the kind http, https, socks4, socks4a, socks5 or socks5h");
  }
  Proxy proxy;
  proxy.login = route.proxy_user.empty()
                    ? split_user_info(url.user_info)
                    : UserAndPassword{.user = route.proxy_user, .password = route.proxy_password};
  url.user_info.clear();
  proxy.host = url.host;
  proxy.url = url.scheme + "://" + url.host + (url.port.empty() ? "" : ":" + url.port);
  return proxy;
}

}  // namespace tocsin::http
