// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "store/item_row.hpp"

namespace tocsin::store {

class Connection;

// The search index has no text of its own: it must be told a row's words again, unchanged, before
// that row changes or goes. Triggers would do it, but FTS5 may not be used by a schema that is not
// trusted.

/// Adds the words of a stored item. After its insert or update.
[[nodiscard]] Result<void> index_words(Connection& connection, ItemId item);

/// Takes the words of a stored item out. Before its update or delete.
[[nodiscard]] Result<void> unindex_words(Connection& connection, ItemId item);

}  // namespace tocsin::store
