// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/feed_number.hpp"
#include "store/item_columns.hpp"
#include "store/item_index.hpp"
#include "store/item_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

// A feed lists the same items at every poll: writing the day's hundredth sighting of each would
// cost more than all that is new, and retention counts in days.
constexpr std::chrono::hours sighting_step{1};

KnownItem read_known(Row& row) {
  return KnownItem{.item_id = row.integer(),
                   .text_digest = row.text(),
                   .revision = row.small(),
                   .first_seen = row.time(),
                   .last_seen = row.time()};
}

MatchRow read_match(Row& row) {
  return MatchRow{.item_id = row.integer(),
                  .item_revision = row.small(),
                  .topic = row.text(),
                  .rule_version = row.small(),
                  .score = row.number(),
                  .threshold = row.number(),
                  .fired = row.flag(),
                  .outcome = row.text(),
                  .matched_at = row.time()};
}

}  // namespace

ItemRow read_item(Row& row) {
  return ItemRow{.id = row.integer(),
                 .feed_key = row.text(),
                 .identity = row.text(),
                 .guid = row.text(),
                 .link = row.text(),
                 .canonical_link = row.text(),
                 .text_digest = row.text(),
                 .title = row.text(),
                 .summary = row.text(),
                 .content = row.text(),
                 .language = row.text(),
                 .authors = row.list(),
                 .categories = row.list(),
                 .published = row.optional_time(),
                 .updated = row.optional_time(),
                 .published_quality = static_cast<alert::DateQuality>(row.small()),
                 .first_seen = row.time(),
                 .last_seen = row.time(),
                 .late = row.flag(),
                 .baseline = row.flag(),
                 .revision = row.small(),
                 .story_id = row.text(),
                 .story_signature = row.bits()};
}

Result<std::optional<KnownItem>> Store::known_item(std::string_view feed_key,
                                                   std::string_view identity) {
  return connection_->first(
      "SELECT item_id, text_digest, revision, first_seen, last_seen FROM identity"
      " WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?) AND identity = ?",
      read_known, feed_key, identity);
}

Result<std::optional<ItemRow>> Store::find_item(ItemId id) {
  return connection_->first("SELECT " TOCSIN_ITEM_COLUMNS " WHERE i.item_id = ?", read_item, id);
}

Result<std::optional<ItemRow>> Store::find_item(std::string_view feed_key,
                                                std::string_view identity) {
  return connection_->first("SELECT " TOCSIN_ITEM_COLUMNS " WHERE f.key = ? AND n.identity = ?",
                            read_item, feed_key, identity);
}

Result<std::vector<ItemRow>> Store::items_by_link(std::string_view canonical_link, Time since) {
  if (canonical_link.empty()) return std::vector<ItemRow>{};
  return connection_->all(
      "SELECT " TOCSIN_ITEM_COLUMNS
      " WHERE i.canonical_link = ? AND i.canonical_link <> '' AND i.first_seen >= ?"
      " ORDER BY i.first_seen, i.item_id",
      read_item, canonical_link, since);
}

Result<std::vector<ItemRow>> Store::items_by_identity(std::string_view identity) {
  // Through the feeds, so that each costs one look into the key (feed_no, identity).
  const auto numbers = connection_->all(
      "SELECT n.item_id FROM feed f CROSS JOIN identity n ON n.feed_no = f.feed_no"
      " WHERE n.identity = ? AND n.item_id IS NOT NULL ORDER BY n.item_id",
      [](Row& row) { return row.integer(); }, identity);
  if (!numbers) return fail(numbers.error());
  std::vector<ItemRow> items;
  for (const ItemId id : *numbers) {
    auto item = find_item(id);
    if (!item) return fail(item.error());
    if (*item) items.push_back(std::move(**item));
  }
  return items;
}

Result<std::vector<ItemRow>> Store::items_since(Time since, std::size_t limit, ItemId after) {
  return connection_->all("SELECT " TOCSIN_ITEM_COLUMNS
                          " WHERE i.first_seen >= ? AND i.item_id > ? ORDER BY i.item_id LIMIT ?",
                          read_item, since, after, static_cast<std::int64_t>(limit));
}

Result<std::vector<MatchRow>> Store::matches_of(ItemId item) {
  return connection_->all(
      "SELECT item_id, item_revision, topic, rule_version, score, threshold, fired, outcome,"
      " matched_at FROM match WHERE item_id = ? ORDER BY topic, item_revision",
      read_match, item);
}

Result<ItemId> Transaction::insert_item(const ItemRow& item) {
  const auto feed = feed_number(*connection_, item.feed_key);
  if (!feed) return fail(feed.error());
  const auto taken = connection_->number(
      "SELECT count(*) FROM identity WHERE feed_no = ? AND identity = ? AND item_id IS NOT NULL",
      *feed, item.identity);
  if (!taken) return fail(taken.error());
  if (*taken > 0) {
    return fail(connection_->error_about(Errc::busy, "the feed has this item already"));
  }

  const auto authors = join_list(item.authors);
  const auto categories = join_list(item.categories);
  const auto id = connection_->insert(
      "INSERT INTO item (feed_no, identity, guid, link, canonical_link, title, summary, content,"
      " language, authors, categories, published, updated, published_quality, first_seen, late,"
      " baseline, story_id, story_signature)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      *feed, item.identity, item.guid, item.link, item.canonical_link, item.title, item.summary,
      item.content, item.language, authors, categories, item.published, item.updated,
      static_cast<int>(item.published_quality), item.first_seen, item.late, item.baseline,
      item.story_id, item.story_signature);
  if (!id) return fail(id.error());
  const auto named = connection_->run(
      "INSERT OR REPLACE INTO identity (feed_no, identity, item_id, text_digest, revision,"
      " first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?)",
      *feed, item.identity, *id, item.text_digest, item.revision, item.first_seen, item.last_seen);
  if (!named) return fail(named.error());
  return *id;
}

Result<void> Transaction::update_item(const ItemRow& item) {
  const auto authors = join_list(item.authors);
  const auto categories = join_list(item.categories);
  if (auto forgotten = unindex_words(*connection_, item.id); !forgotten) return forgotten;
  auto changed = connection_->run(
      "UPDATE item SET guid = ?, link = ?, canonical_link = ?, title = ?, summary = ?, content = ?,"
      " language = ?, authors = ?, categories = ?, published = ?, updated = ?,"
      " published_quality = ?, late = ?, baseline = ?, story_id = ?, story_signature = ?"
      " WHERE item_id = ?",
      item.guid, item.link, item.canonical_link, item.title, item.summary, item.content,
      item.language, authors, categories, item.published, item.updated,
      static_cast<int>(item.published_quality), item.late, item.baseline, item.story_id,
      item.story_signature, item.id);
  if (!changed) return changed;
  if (connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::not_found, "no item of this number"));
  }
  if (auto found = index_words(*connection_, item.id); !found) return found;
  return connection_->run(
      "UPDATE identity SET text_digest = ?, revision = ?, last_seen = max(last_seen, ?)"
      " WHERE (feed_no, identity) = (SELECT feed_no, identity FROM item WHERE item_id = ?)",
      item.text_digest, item.revision, item.last_seen, item.id);
}

Result<void> Transaction::touch_items_seen(std::string_view feed_key,
                                           const std::vector<std::string>& identities, Time when) {
  const auto feed = feed_number(*connection_, feed_key);
  if (!feed) return fail(feed.error());
  for (const auto& identity : identities) {
    auto touched = connection_->run(
        "UPDATE identity SET last_seen = ? WHERE feed_no = ? AND identity = ? AND last_seen <= ?",
        when, *feed, identity, when - sighting_step);
    if (!touched) return touched;
  }
  return {};
}

Result<void> Transaction::add_match(const MatchRow& match) {
  return connection_->run(
      "INSERT OR REPLACE INTO match (item_id, topic, item_revision, rule_version, score, threshold,"
      " fired, outcome, matched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      match.item_id, match.topic, match.item_revision, match.rule_version, match.score,
      match.threshold, match.fired, match.outcome, match.matched_at);
}

}  // namespace tocsin::store
