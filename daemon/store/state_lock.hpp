// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::store {

/// Keeps a second daemon, or an offline verb, away from a state folder. Taken before any socket is
/// bound, held until destroyed; the kernel frees it when the process dies, so a stale file blocks
/// nobody.
class StateLock {
 public:
  /// Locks "<folder>/lock". `busy`: "state folder /var/lib/tocsin is held by pid 4711".
  [[nodiscard]] static Result<StateLock> take(const std::string& folder);

 private:
  explicit StateLock(UniqueFd file) : file_{std::move(file)} {}

  UniqueFd file_;
};

}  // namespace tocsin::store
