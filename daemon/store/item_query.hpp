// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/item_row.hpp"

namespace tocsin::store {

/// Which items are looked for; every part must hold.
struct ItemQuery {
  static constexpr std::size_t most_words = 32;
  static constexpr std::size_t most_forms = 500;  ///< Words of the index that one "fight*" begins.

  /// Each occurs in title, summary or content, whatever its case and accents; "fight*" begins one.
  /// One in a script without blanks occurs as it is written, also inside a run of characters: what
  /// else is asked for is read through for it. Empty: any item.
  std::vector<std::string> words;
  std::optional<std::string> feed_key;
  Time since{};  ///< First seen then or later.
  std::size_t limit = 100;
  /// So many of the newest are read through for a word in a script without blanks.
  std::size_t most_read = 100'000;
};

struct ItemHit {
  ItemId id = 0;
  std::string snippet;  ///< Around the words found, those between "[" and "]"; at most 400
                        ///< characters. Empty where no words were looked for.
};

struct ItemHits {
  std::vector<ItemHit> hits;   ///< The newest first.
  std::int64_t unindexed = 0;  ///< Items that wait for index_items(), where its index was asked.
  /// Older items were not read through for a word in a script without blanks: there are more than
  /// `most_read`, of which fewer than `limit` hold it.
  bool is_cut = false;
};

/// The place of an item's alert in the log.
struct ItemAlert {
  std::string id;
  std::string frame;
  std::string type;
  std::uint64_t seq = 0;
  Time committed{};
};

/// An alert on an item that was not sent when it was due.
struct ItemHeld {
  std::string topic;
  std::string reason;  ///< silence, quiet, digest or cap.
  std::int64_t silence_id = 0;
  Time held_at{};
  Time due_at{};
  std::optional<Time> told;  ///< When a digest told it.
  std::string digest_id;     ///< The alert that this digest is.
};

/// What became of an item.
struct ItemFate {
  std::vector<MatchRow> matches;  ///< By topic and revision.
  std::vector<ItemAlert> alerts;  ///< Oldest first, as `held`.
  std::vector<ItemHeld> held;
};

}  // namespace tocsin::store
