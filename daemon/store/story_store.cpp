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
#include "store/story_row.hpp"
#include "store/transaction.hpp"

// What read_member() takes: a macro, so that statements stay literals.
#define TOCSIN_MEMBER_COLUMNS                                                                    \
  "m.place, m.item_id, m.story_id, m.outlet, m.published, m.seen, m.source, m.status, m.joined," \
  " m.similarity, m.distance, m.like_item, m.shared, m.agency, m.new_names, m.features"

// What read_story() takes.
#define TOCSIN_STORY_COLUMNS                                                                 \
  "story_id, title, first_item, first_seen, last_seen, items, outlets, independent_sources," \
  " closed_at, merged_into"

namespace tocsin::store {

namespace {

StoryMember read_member(Row& row) {
  return StoryMember{.place = row.integer(),
                     .item_id = row.integer(),
                     .story_id = row.text(),
                     .outlet = row.text(),
                     .published = row.time(),
                     .seen = row.time(),
                     .source = row.small(),
                     .status = row.text(),
                     .joined = row.text(),
                     .similarity = row.number(),
                     .distance = row.small(),
                     .like = row.integer(),
                     .shared = row.list(),
                     .agency = row.text(),
                     .new_names = row.list(),
                     .features = row.bytes()};
}

StoryChange read_change(Row& row) {
  return StoryChange{.id = row.integer(),
                     .kind = row.text(),
                     .story_id = row.text(),
                     .into = row.text(),
                     .items = row.list(),
                     .author = row.text(),
                     .reason = row.text(),
                     .changed = row.time()};
}

StoryRow read_story(Row& row) {
  return StoryRow{.id = row.text(),
                  .title = row.text(),
                  .first_item = row.integer(),
                  .first_seen = row.time(),
                  .last_seen = row.time(),
                  .items = row.small(),
                  .outlets = row.small(),
                  .independent_sources = row.small(),
                  .closed = row.optional_time(),
                  .merged_into = row.text()};
}

StoryTopicRow read_story_topic(Row& row) {
  return StoryTopicRow{.story_id = row.text(),
                       .topic = row.text(),
                       .severity = row.small(),
                       .first_alert_id = row.text(),
                       .revision = row.small(),
                       .last_sent = row.time(),
                       .corroborated = row.optional_time()};
}

}  // namespace

Result<void> Store::visit_open_story_members(Time since,
                                             const std::function<void(StoryMember)>& visit) {
  return connection_->each(
      "SELECT " TOCSIN_MEMBER_COLUMNS
      " FROM story_item m JOIN story s USING (story_id)"
      " WHERE s.last_seen >= ? AND s.closed_at IS NULL ORDER BY m.place",
      [&visit](Row& row) { visit(read_member(row)); }, since);
}

Result<std::vector<StoryMember>> Store::story_members(std::string_view story_id) {
  return connection_->all("SELECT " TOCSIN_MEMBER_COLUMNS
                          " FROM story_item m WHERE m.story_id = ? ORDER BY m.place",
                          read_member, story_id);
}

Result<std::optional<StoryMember>> Store::story_member(ItemId item) {
  return connection_->first(
      "SELECT " TOCSIN_MEMBER_COLUMNS " FROM story_item m WHERE m.item_id = ?", read_member, item);
}

Result<std::vector<StoryChange>> Store::story_changes(std::string_view story_id) {
  return connection_->all(
      "SELECT change_id, kind, story_id, into_story, items, author, reason, changed_at"
      " FROM story_change WHERE story_id = ? OR into_story = ? ORDER BY change_id",
      read_change, story_id, story_id);
}

Result<std::optional<StoryRow>> Store::story(std::string_view id) {
  return connection_->first("SELECT " TOCSIN_STORY_COLUMNS " FROM story WHERE story_id = ?",
                            read_story, id);
}

Result<std::vector<StoryRow>> Store::stories_since(Time last_seen, std::size_t limit) {
  return connection_->all("SELECT " TOCSIN_STORY_COLUMNS
                          " FROM story WHERE last_seen >= ? ORDER BY last_seen DESC, story_id"
                          " LIMIT ?",
                          read_story, last_seen, static_cast<std::int64_t>(limit));
}

Result<std::vector<StoryTopicRow>> Store::story_topics(std::string_view story_id) {
  return connection_->all(
      "SELECT story_id, topic, severity, first_alert_id, revision, last_sent, corroborated_at"
      " FROM story_topic WHERE story_id = ? ORDER BY topic",
      read_story_topic, story_id);
}

Result<std::vector<StoryTopicRow>> Store::recent_story_topics(Time since) {
  return connection_->all(
      "SELECT t.story_id, t.topic, t.severity, t.first_alert_id, t.revision, t.last_sent,"
      " t.corroborated_at FROM story s JOIN story_topic t USING (story_id) WHERE s.last_seen >= ?"
      " ORDER BY t.story_id, t.topic",
      read_story_topic, since);
}

Result<void> Transaction::put_story(const StoryRow& story) {
  return connection_->run(
      "INSERT OR REPLACE INTO story (story_id, title, first_item, first_seen, last_seen, items,"
      " outlets, independent_sources, closed_at, merged_into)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      story.id, story.title, story.first_item, story.first_seen, story.last_seen, story.items,
      story.outlets, story.independent_sources, story.closed, story.merged_into);
}

Result<void> Transaction::close_story(std::string_view id, Time when) {
  return connection_->run("UPDATE story SET closed_at = ? WHERE story_id = ?", when, id);
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
      " last_sent, corroborated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.story_id, row.topic, row.severity, row.first_alert_id, row.revision, row.last_sent,
      row.corroborated);
}

Result<void> Transaction::remove_story_topics(std::string_view story_id) {
  return connection_->run("DELETE FROM story_topic WHERE story_id = ?", story_id);
}

Result<void> Transaction::add_story_member(const StoryMember& member) {
  return connection_->run(
      "INSERT INTO story_item (item_id, story_id, outlet, published, seen, source, status, joined,"
      " similarity, distance, like_item, shared, agency, new_names, features)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      member.item_id, member.story_id, member.outlet, member.published, member.seen, member.source,
      member.status, member.joined, member.similarity, member.distance, member.like,
      join_list(member.shared), member.agency, join_list(member.new_names), Blob{member.features});
}

Result<void> Transaction::update_story_member(const StoryMember& member) {
  auto set = connection_->run(
      "UPDATE story_item SET story_id = ?, source = ?, status = ?, joined = ? WHERE place = ?",
      member.story_id, member.source, member.status, member.joined, member.place);
  if (!set) return set;
  const auto held =
      connection_->run("UPDATE held SET story_id = ? WHERE item_id = ? AND released_at IS NULL",
                       member.story_id, member.item_id);
  if (!held) return held;
  return connection_->run("UPDATE item SET story_id = ? WHERE item_id = ?", member.story_id,
                          member.item_id);
}

Result<std::int64_t> Transaction::add_story_change(const StoryChange& change) {
  return connection_->insert(
      "INSERT INTO story_change (kind, story_id, into_story, items, author, reason, changed_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      change.kind, change.story_id, change.into, join_list(change.items), change.author,
      change.reason, change.changed);
}

}  // namespace tocsin::store
