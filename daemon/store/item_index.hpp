// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "store/item_row.hpp"

namespace tocsin::store {

class Connection;

// The search index has no text of its own: it must be told a row's words again, unchanged, before
// that row changes or goes. Triggers would do it, but FTS5 may not be used by a schema that is not
// trusted. New items wait for Store::index_items(); what waits is not in the index yet, and both do
// nothing for it.

/// Adds the words of an item that the index has had before. After its update.
[[nodiscard]] Result<void> index_words(Connection& connection, ItemId item);

/// Takes the words of a stored item out. Before its update or delete.
[[nodiscard]] Result<void> unindex_words(Connection& connection, ItemId item);

}  // namespace tocsin::store
