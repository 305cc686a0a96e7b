// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace tocsin::log {

/// Sends entries to systemd's journal by its native protocol: one datagram each, KEY=value lines.
///
/// Thread: any. A journal that does not take an entry is no error of ours: the caller has stderr.
class Journal {
 public:
  using Pairs = std::vector<std::pair<std::string_view, std::string>>;

  /// `unreachable` when nobody listens at `path`.
  [[nodiscard]] static Result<Journal> open(const std::string& path);

  /// Values must not hold a line break. False when the journal did not take it.
  [[nodiscard]] bool send(const Pairs& pairs) const;

 private:
  explicit Journal(UniqueFd socket) : socket_{std::move(socket)} {}

  UniqueFd socket_;
};

/// True when stderr is the stream that systemd connected to the journal.
[[nodiscard]] bool is_stderr_the_journal();

}  // namespace tocsin::log
