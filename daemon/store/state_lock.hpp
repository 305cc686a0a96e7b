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

  /// Locks "<path>.lock" beside a socket to be bound: ZeroMQ would take over the path of a living
  /// one without a word. `busy`: "socket /run/tocsin/pub.sock is held by pid 4711".
  [[nodiscard]] static Result<StateLock> take_socket(const std::string& path);

 private:
  static Result<StateLock> take_file(const std::string& path, const std::string& what);

  explicit StateLock(UniqueFd file) : file_{std::move(file)} {}

  UniqueFd file_;
};

}  // namespace tocsin::store
