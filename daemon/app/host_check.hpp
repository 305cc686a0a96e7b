// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tocsin::app {

/// A host name that the resolver says does not exist.
struct UnknownHost {
  std::string host;
  std::string why;
};

/// Looks all of `hosts` up at once, at most for `patience`. A host whose answer did not come in
/// time, or whose name server is ill, is not among the unknown.
[[nodiscard]] std::vector<UnknownHost> find_unknown_hosts(const std::vector<std::string>& hosts,
                                                          std::chrono::seconds patience);

}  // namespace tocsin::app
