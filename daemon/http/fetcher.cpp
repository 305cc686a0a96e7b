// SPDX-License-Identifier: Apache-2.0
#include "http/fetcher.hpp"

namespace tocsin::http {
namespace {

std::string port_of(const Url& url) {
  if (!url.port.empty()) return url.port;
  return url.scheme == "https" ? "443" : "80";
}

}  // namespace

bool is_same_party(const Url& from, const Url& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return port_of(from) == port_of(to);
  const bool is_upgrade = from.scheme == "http" && to.scheme == "https";
  return is_upgrade && port_of(from) == "80" && port_of(to) == "443";
}

std::string permanent_target(const std::vector<Redirect>& redirects) {
  std::string target;
  for (const Redirect& redirect : redirects) {
    if (redirect.status != 301 && redirect.status != 308) break;
    target = redirect.to;
  }
  return target;
}

}  // namespace tocsin::http
