// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alert/alert.hpp"
#include "app/command.hpp"
#include "app/item_line.hpp"
#include "base/result.hpp"
#include "store/item_row.hpp"
#include "store/store.hpp"

namespace tocsin::app {

/// An item that a person named on the command line, and what the daemon knows of it.
struct FoundItem {
  ItemLine item;
  std::string from;                             ///< "alert 1f0c…", "stdin", "https://…".
  std::optional<store::ItemRow> row;            ///< As stored; nothing for what is not.
  std::optional<alert::Alert> alert;            ///< When it was named by an alert's id.
  std::vector<store::MatchRow> decisions;       ///< What the daemon decided, by topic and revision.
  std::vector<std::string> topics_of_its_feed;  ///< Its feed is held against these alone; or all.
};

struct ItemWish {
  std::string word;    ///< "-", a file, a URL, the id of an alert, an item's identity or number.
  bool fetch = false;  ///< A URL is fetched though the store has it.
};

/// The item that `wish` means: JSON from stdin or a file; the store's by an alert's id, an
/// identity, a number or a link, read beside a running daemon or without one; else what the URL
/// answers, a page as one item, a feed as many. Never empty. `not_found` when nothing is meant,
/// `invalid_input` for bytes that are no item; the errors of store and fetcher.
[[nodiscard]] Result<std::vector<FoundItem>> find_items(const Context& context,
                                                        const ItemWish& wish);

/// The store's part of it: by an alert's id, an identity, a number or a link. Empty when it has
/// none; `row` is empty where of an alert's item only the alert is left.
[[nodiscard]] Result<std::vector<FoundItem>> find_stored_items(store::Store& store,
                                                               const Configuration& configuration,
                                                               const std::string& word);

/// The daemon's database, for reading beside it; `not_found` when there is none.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_store_for_reading(
    const Configuration& configuration);

/// A stored item as the rules saw it; `source` is its feed's title.
[[nodiscard]] ItemLine item_line_of(const store::ItemRow& row, const std::string& source);

}  // namespace tocsin::app
