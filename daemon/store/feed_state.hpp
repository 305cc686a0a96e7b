// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tocsin::store {

/// What the daemon remembers of one feed between polls and restarts.
struct FeedState {
  std::string key;         ///< The feed's id, else its URL as listed; never changes.
  std::string listed_url;  ///< Of the list when it was last polled; empty: not known.
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

  // What its documents said or showed; a 304 leaves it as it was.
  std::chrono::seconds rhythm{0};  ///< Median gap between its last items; 0: unknown.
  int rhythm_items = 0;            ///< So many dated items the rhythm stands on, at most 20.
  std::chrono::seconds ttl{0};     ///< RSS ttl or sy:, a wish; 0: none.
  std::uint32_t skip_hours = 0;    ///< Bit h: skipHours names UTC hour h.
  std::uint8_t skip_days = 0;      ///< Bit d: skipDays names day d, 0 = Sunday.
  /// How many of its items were published in each UTC hour, older ones counting less.
  std::array<std::uint8_t, 24> active_hours{};

  // What operators were told, so that a restart does not tell it again.
  std::optional<Time> failing_since;  ///< The first of the failures in a row.
  std::optional<Time> failing_told;
  std::optional<Time> silent_told;
  std::optional<Time> gap_told;
  std::int64_t gaps_told = 0;  ///< How many of `gaps` were told.

  bool operator==(const FeedState&) const = default;
};

}  // namespace tocsin::store
