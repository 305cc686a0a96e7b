// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/item_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

StoryItem read_story_item(Row& row) {
  return StoryItem{.item_id = row.integer(),
                   .story_id = row.text(),
                   .signature = row.bits(),
                   .feed_key = row.text(),
                   .canonical_link = row.text(),
                   .title = row.text(),
                   .summary = row.text(),
                   .language = row.text(),
                   .published = row.optional_time(),
                   .first_seen = row.time(),
                   .identity = row.text(),
                   .lead = row.text()};
}

StoryRow read_story(Row& row) {
  return StoryRow{.id = row.text(),
                  .title = row.text(),
                  .first_item = row.integer(),
                  .first_seen = row.time(),
                  .last_seen = row.time(),
                  .items = row.small(),
                  .outlets = row.small(),
                  .independent_sources = row.small()};
}

StoryTopicRow read_story_topic(Row& row) {
  return StoryTopicRow{.story_id = row.text(),
                       .topic = row.text(),
                       .severity = row.small(),
                       .first_alert_id = row.text(),
                       .revision = row.small(),
                       .last_sent = row.time()};
}

}  // namespace

Result<std::vector<StoryItem>> Store::recent_story_items(Time since) {
  return connection_->all(
      "SELECT i.item_id, i.story_id, i.story_signature, f.key, i.canonical_link, i.title,"
      " i.summary, i.language, i.published, i.first_seen, i.identity,"
      " substr(CASE WHEN i.content = '' THEN i.summary ELSE i.content END, 1, 4096)"
      " FROM item i JOIN feed f USING (feed_no)"
      " WHERE i.first_seen >= ? AND i.story_id <> '' ORDER BY i.first_seen, i.item_id",
      read_story_item, since);
}

Result<std::optional<StoryRow>> Store::story(std::string_view id) {
  return connection_->first(
      "SELECT story_id, title, first_item, first_seen, last_seen, items, outlets,"
      " independent_sources FROM story WHERE story_id = ?",
      read_story, id);
}

Result<std::vector<StoryRow>> Store::stories_since(Time last_seen, std::size_t limit) {
  return connection_->all(
      "SELECT story_id, title, first_item, first_seen, last_seen, items, outlets,"
      " independent_sources FROM story WHERE last_seen >= ? ORDER BY last_seen DESC, story_id"
      " LIMIT ?",
      read_story, last_seen, static_cast<std::int64_t>(limit));
}

Result<std::vector<StoryTopicRow>> Store::story_topics(std::string_view story_id) {
  return connection_->all(
      "SELECT story_id, topic, severity, first_alert_id, revision, last_sent FROM story_topic"
      " WHERE story_id = ? ORDER BY topic",
      read_story_topic, story_id);
}

Result<std::vector<StoryTopicRow>> Store::recent_story_topics(Time since) {
  return connection_->all(
      "SELECT t.story_id, t.topic, t.severity, t.first_alert_id, t.revision, t.last_sent"
      " FROM story s JOIN story_topic t USING (story_id) WHERE s.last_seen >= ?"
      " ORDER BY t.story_id, t.topic",
      read_story_topic, since);
}

Result<void> Transaction::put_story(const StoryRow& story) {
  return connection_->run(
      "INSERT OR REPLACE INTO story (story_id, title, first_item, first_seen, last_seen, items,"
      " outlets, independent_sources) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      story.id, story.title, story.first_item, story.first_seen, story.last_seen, story.items,
      story.outlets, story.independent_sources);
}

Result<void> Transaction::set_item_story(ItemId item, std::string_view story_id,
                                         std::uint64_t signature) {
  auto set = connection_->run("UPDATE item SET story_id = ?, story_signature = ? WHERE item_id = ?",
                              story_id, signature, item);
  if (set && connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::not_found, "no item of this number"));
  }
  return set;
}

Result<void> Transaction::put_story_topic(const StoryTopicRow& row) {
  return connection_->run(
      "INSERT OR REPLACE INTO story_topic (story_id, topic, severity, first_alert_id, revision,"
      " last_sent) VALUES (?, ?, ?, ?, ?, ?)",
      row.story_id, row.topic, row.severity, row.first_alert_id, row.revision, row.last_sent);
}

}  // namespace tocsin::store
