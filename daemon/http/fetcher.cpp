// SPDX-License-Identifier: Apache-2.0
#include "http/fetcher.hpp"

namespace tocsin::http {

std::string permanent_target(const std::vector<Redirect>& redirects) {
  std::string target;
  for (const Redirect& redirect : redirects) {
    if (redirect.status != 301 && redirect.status != 308) break;
    target = redirect.to;
  }
  return target;
}

}  // namespace tocsin::http
