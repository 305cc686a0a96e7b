// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tocsin::store {

struct StoreOptions {
  bool read_only = false;  ///< For verbs that look beside a running daemon; begin() is refused.
  std::chrono::milliseconds busy_timeout{5000};
  int cache_kib = 16 * 1024;
  std::int64_t journal_limit_bytes =
      64LL * 1024 * 1024;  ///< What the WAL shrinks to after a checkpoint.

  /// "FULL" keeps the promise; anything less is for the test that shows why.
  std::string synchronous = "FULL";
  std::string vfs;             ///< A SQLite VFS by name; empty is the system's.
  std::int64_t max_pages = 0;  ///< A ceiling on the file in pages of 4 KiB; 0 is none.
};

struct RetentionOptions {
  std::chrono::hours items{24 * 90};        ///< Since last seen.
  std::chrono::hours alerts{24 * 365 * 2};  ///< Since committed.
  std::chrono::hours tombstones{24 * 730};  ///< Since last seen.
};

/// What one call of Store::prune removed. `more` says that the limit stopped it.
struct Pruned {
  std::int64_t items = 0;
  std::int64_t stories = 0;
  std::int64_t alerts = 0;
  std::int64_t tombstones = 0;
  std::int64_t held = 0;
  std::int64_t given_back = 0;  ///< Deliveries that waited for another try, gone with their alert.
  bool more = false;
};

}  // namespace tocsin::store
