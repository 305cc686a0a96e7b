// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/item_row.hpp"
#include "store/row.hpp"

/// What read_item() takes, and the tables it comes from: a macro, so that statements stay literals.
#define TOCSIN_ITEM_COLUMNS                                                                      \
  "i.item_id, f.key, i.identity, i.guid, i.link, i.canonical_link, n.text_digest, i.title,"      \
  " i.summary, i.content, i.language, i.authors, i.categories, i.published, i.updated,"          \
  " i.published_quality, i.first_seen, n.last_seen, i.late, i.baseline, n.revision, i.story_id," \
  " i.story_signature FROM item i JOIN feed f USING (feed_no)"                                   \
  " JOIN identity n ON n.feed_no = i.feed_no AND n.identity = i.identity AND n.item_id = "       \
  "i.item_id"

namespace tocsin::store {

[[nodiscard]] ItemRow read_item(Row& row);

}  // namespace tocsin::store
