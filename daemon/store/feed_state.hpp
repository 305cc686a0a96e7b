// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tocsin::store {

/// What the daemon remembers of one feed between polls and restarts.
struct FeedState {
  std::string key;  ///< The feed's id, else its URL as listed; never changes.
  std::string
      current_url;  ///< Where it is fetched now; differs from the list after a permanent move.
  std::string etag;
  std::string last_modified;
  std::optional<Time> last_polled;
  std::optional<Time> last_success;
  std::optional<Time> last_new;         ///< The last poll that brought a new item.
  std::optional<Time> last_full_fetch;  ///< The last poll without validators.
  std::optional<Time> next_poll;
  std::optional<Time> moved_since;  ///< When the permanent redirect was first seen.
  std::optional<Time> disabled_at;
  std::string moved_to;
  std::string last_error;
  std::string disabled_reason;
  int failures = 0;  ///< In a row.
  std::int64_t polls = 0;
  std::int64_t gaps = 0;  ///< Polls after which items may have been missed.
  std::chrono::seconds interval{0};
  bool baselined = false;  ///< Its first sight is over: new items may alert.
};

}  // namespace tocsin::store
