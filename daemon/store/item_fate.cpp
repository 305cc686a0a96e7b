// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_query.hpp"
#include "store/row.hpp"
#include "store/store.hpp"

namespace tocsin::store {

namespace {

ItemAlert read_alert(Row& row) {
  return ItemAlert{.id = row.text(),
                   .frame = row.text(),
                   .type = row.text(),
                   .seq = row.bits(),
                   .committed = row.time()};
}

ItemHeld read_held(Row& row) {
  return ItemHeld{.topic = row.text(),
                  .reason = row.text(),
                  .silence_id = row.integer(),
                  .held_at = row.time(),
                  .due_at = row.time(),
                  .told = row.optional_time(),
                  .digest_id = row.text()};
}

}  // namespace

Result<ItemFate> Store::fate_of(ItemId item) {
  auto matches = matches_of(item);
  if (!matches) return fail(matches.error());
  // Neither table has an index by item for this, and needs none: a match, its alert and what is
  // held of it are written at one time, by which there is one.
  auto alerts = connection_->all(
      "SELECT a.id, a.frame, a.type, a.seq, a.committed"
      " FROM (SELECT DISTINCT matched_at FROM match WHERE item_id = ?) m"
      " CROSS JOIN alert a INDEXED BY alert_by_committed ON a.committed = m.matched_at"
      " WHERE a.item_id = ? ORDER BY a.seq",
      read_alert, item, item);
  if (!alerts) return fail(alerts.error());
  auto held = connection_->all(
      "SELECT h.topic, h.reason, h.silence_id, h.held_at, h.due_at, h.released_at, h.digest_id"
      " FROM (SELECT DISTINCT matched_at FROM match WHERE item_id = ?) m"
      " CROSS JOIN held h INDEXED BY held_by_time ON h.held_at = m.matched_at"
      " WHERE h.item_id = ? ORDER BY h.held_id",
      read_held, item, item);
  if (!held) return fail(held.error());
  return ItemFate{
      .matches = std::move(*matches), .alerts = std::move(*alerts), .held = std::move(*held)};
}

}  // namespace tocsin::store
