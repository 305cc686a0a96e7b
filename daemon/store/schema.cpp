// SPDX-License-Identifier: Apache-2.0
#include "store/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/crash_point.hpp"
#include "base/result.hpp"
#include "store/backup.hpp"
#include "store/connection.hpp"

namespace tocsin::store {

namespace {

constexpr int application_id = 0x746f6373;  // "tocs"

// Times are Unix milliseconds. `feed` gives a long key a short number; `identity` outlives its item
// as a tombstone. `frame` lists the topic frames that there are; what is known of each beside its
// name has changed with `frame_mark`.
constexpr std::string_view version_1 = R"sql(
CREATE TABLE feed (
  feed_no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE feed_state (
  feed_no INTEGER PRIMARY KEY, current_url TEXT NOT NULL, etag TEXT NOT NULL,
  last_modified TEXT NOT NULL, last_polled INTEGER, last_success INTEGER, last_new INTEGER,
  last_full_fetch INTEGER, next_poll INTEGER, moved_since INTEGER, disabled_at INTEGER,
  moved_to TEXT NOT NULL, last_error TEXT NOT NULL, disabled_reason TEXT NOT NULL,
  failures INTEGER NOT NULL, polls INTEGER NOT NULL, gaps INTEGER NOT NULL,
  interval_s INTEGER NOT NULL, baselined INTEGER NOT NULL);

CREATE TABLE identity (
  feed_no INTEGER NOT NULL, identity TEXT NOT NULL, item_id INTEGER, text_digest TEXT NOT NULL,
  revision INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (feed_no, identity)) WITHOUT ROWID;
CREATE INDEX identity_by_last_seen ON identity (last_seen);

CREATE TABLE item (
  item_id INTEGER PRIMARY KEY AUTOINCREMENT, feed_no INTEGER NOT NULL, identity TEXT NOT NULL,
  guid TEXT NOT NULL, link TEXT NOT NULL, canonical_link TEXT NOT NULL, title TEXT NOT NULL,
  summary TEXT NOT NULL, content TEXT NOT NULL, language TEXT NOT NULL, authors TEXT NOT NULL,
  categories TEXT NOT NULL, published INTEGER, updated INTEGER, published_quality INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, late INTEGER NOT NULL, baseline INTEGER NOT NULL,
  story_id TEXT NOT NULL, story_signature INTEGER NOT NULL);
CREATE INDEX item_by_link ON item (canonical_link, first_seen) WHERE canonical_link <> '';
CREATE INDEX item_by_first_seen ON item (first_seen);

CREATE VIRTUAL TABLE item_text USING fts5 (
  title, summary, content, content = 'item', content_rowid = 'item_id',
  tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE match (
  item_id INTEGER NOT NULL, topic TEXT NOT NULL, item_revision INTEGER NOT NULL,
  rule_version INTEGER NOT NULL, score REAL NOT NULL, threshold REAL NOT NULL,
  fired INTEGER NOT NULL, outcome TEXT NOT NULL, matched_at INTEGER NOT NULL,
  PRIMARY KEY (item_id, topic, item_revision)) WITHOUT ROWID;

CREATE TABLE story (
  story_id TEXT PRIMARY KEY, title TEXT NOT NULL, first_item INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, items INTEGER NOT NULL,
  outlets INTEGER NOT NULL, independent_sources INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX story_by_last_seen ON story (last_seen);
CREATE TABLE story_topic (
  story_id TEXT NOT NULL, topic TEXT NOT NULL, severity INTEGER NOT NULL,
  first_alert_id TEXT NOT NULL, revision INTEGER NOT NULL, last_sent INTEGER NOT NULL,
  PRIMARY KEY (story_id, topic)) WITHOUT ROWID;

CREATE TABLE log (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL, head INTEGER NOT NULL);
INSERT INTO log VALUES (1, '', 0);
CREATE TABLE frame (
  frame TEXT PRIMARY KEY, last_seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE alert (
  seq INTEGER PRIMARY KEY, prev INTEGER NOT NULL, frame TEXT NOT NULL, id TEXT NOT NULL,
  type TEXT NOT NULL, item_id INTEGER NOT NULL, committed INTEGER NOT NULL, payload TEXT NOT NULL);
CREATE UNIQUE INDEX alert_by_id ON alert (id);
CREATE INDEX alert_by_frame ON alert (frame, seq);
CREATE INDEX alert_by_committed ON alert (committed);

CREATE TABLE subscriber (
  name TEXT PRIMARY KEY, acknowledged INTEGER NOT NULL, seen_at INTEGER) WITHOUT ROWID;
CREATE TABLE parked (
  subscriber TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, retry_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, PRIMARY KEY (subscriber, seq)) WITHOUT ROWID;
CREATE INDEX parked_by_retry_at ON parked (retry_at);
CREATE TABLE dead_letter (
  subscriber TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, buried_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, PRIMARY KEY (subscriber, seq)) WITHOUT ROWID;

CREATE TABLE silence (
  silence_id INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, name TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, author TEXT NOT NULL,
  reason TEXT NOT NULL);
CREATE TABLE held (
  held_id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, story_id TEXT NOT NULL,
  item_id INTEGER NOT NULL, reason TEXT NOT NULL, title TEXT NOT NULL, held_at INTEGER NOT NULL,
  released_at INTEGER);
CREATE INDEX held_waiting ON held (topic, held_id) WHERE released_at IS NULL;
CREATE TABLE tally (
  name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// The URL a feed's state is of, what its documents show of its habits, and what operators were
// told of it.
constexpr std::string_view version_2 = R"sql(
ALTER TABLE feed_state ADD COLUMN listed_url TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_state ADD COLUMN rhythm_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN ttl_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN skip_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN skip_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN active_hours TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_state ADD COLUMN failing_told INTEGER;
ALTER TABLE feed_state ADD COLUMN silent_told INTEGER;
ALTER TABLE feed_state ADD COLUMN rhythm_items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_state ADD COLUMN failing_since INTEGER;
ALTER TABLE feed_state ADD COLUMN gap_told INTEGER;
ALTER TABLE feed_state ADD COLUMN gaps_told INTEGER NOT NULL DEFAULT 0;
)sql";

// What a story knows of its items and why they are in it, when a topic's correlation came to hold,
// and what was changed by hand.
constexpr std::string_view story_tables = R"sql(
CREATE TABLE story_item (
  place INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER NOT NULL UNIQUE, story_id TEXT NOT NULL,
  outlet TEXT NOT NULL, published INTEGER NOT NULL, seen INTEGER NOT NULL, source INTEGER NOT NULL,
  status TEXT NOT NULL, joined TEXT NOT NULL, similarity REAL NOT NULL, distance INTEGER NOT NULL,
  like_item INTEGER NOT NULL, shared TEXT NOT NULL, agency TEXT NOT NULL, new_names TEXT NOT NULL,
  features BLOB NOT NULL);
CREATE INDEX story_item_by_story ON story_item (story_id, place);
CREATE TABLE story_change (
  change_id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, story_id TEXT NOT NULL,
  into_story TEXT NOT NULL, items TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL,
  changed_at INTEGER NOT NULL);
CREATE INDEX story_change_by_story ON story_change (story_id);
CREATE INDEX story_change_by_into ON story_change (into_story);
ALTER TABLE story ADD COLUMN closed_at INTEGER;
ALTER TABLE story ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE story_topic ADD COLUMN corroborated_at INTEGER;
)sql";

// What people say of alerts and items, with the item's text as it was.
constexpr std::string_view feedback_tables = R"sql(
CREATE TABLE feedback (
  feedback_id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, author TEXT NOT NULL, given_at INTEGER NOT NULL, alert_id TEXT NOT NULL,
  rule_version INTEGER NOT NULL, rule_digest TEXT NOT NULL, feed_key TEXT NOT NULL,
  identity TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, content TEXT NOT NULL,
  item_author TEXT NOT NULL, category TEXT NOT NULL, source TEXT NOT NULL, language TEXT NOT NULL,
  link TEXT NOT NULL);
CREATE INDEX feedback_by_topic ON feedback (topic, feedback_id);
)sql";

// What policy holds back, how full its caps are, and counts by day and topic. Older counts stand in
// day 0. What the tables hold is compared with counts from `audit_from` on: before it, either
// retention has taken rows away or nothing was counted by day.
constexpr std::string_view policy_tables = R"sql(
DROP TABLE held;
CREATE TABLE held (
  held_id INTEGER PRIMARY KEY AUTOINCREMENT, frame TEXT NOT NULL, topic TEXT NOT NULL,
  topic_title TEXT NOT NULL, story_id TEXT NOT NULL, item_id INTEGER NOT NULL,
  identity TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, feed TEXT NOT NULL,
  outlet TEXT NOT NULL, reason TEXT NOT NULL, silence_id INTEGER NOT NULL,
  copies INTEGER NOT NULL, held_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
  digest_id TEXT NOT NULL DEFAULT '', released_at INTEGER);
CREATE INDEX held_due ON held (due_at) WHERE released_at IS NULL;
CREATE INDEX held_of_story ON held (story_id, topic) WHERE released_at IS NULL;
CREATE INDEX held_of_item ON held (item_id) WHERE released_at IS NULL;
CREATE INDEX held_by_digest ON held (digest_id) WHERE digest_id <> '';
CREATE INDEX held_by_time ON held (held_at);
CREATE TABLE cap_window (
  scope TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, sent INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE day_count (
  day INTEGER NOT NULL, topic TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (day, topic, name)) WITHOUT ROWID;
INSERT INTO day_count SELECT 0, '', name, value FROM tally;
DROP TABLE tally;
CREATE TABLE audit_from (what TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO audit_from SELECT 'alerts', unixepoch() * 1000 FROM alert LIMIT 1;
)sql";

// The last item whose words the search has. Later ones wait for the ledger to be idle.
constexpr std::string_view index_mark = R"sql(
CREATE TABLE indexed (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1), up_to INTEGER NOT NULL);
INSERT INTO indexed SELECT 1, coalesce(max(item_id), 0) FROM item;
)sql";

// An alert's prev is the last alert before it on its frame, which the index tells; where retention
// took all, the last that it took, kept here. So but for the first alert of a frame appending does
// not write into this table: among many frames that was a page an alert.
constexpr std::string_view frame_mark = R"sql(
ALTER TABLE frame RENAME COLUMN last_seq TO pruned_to;
)sql";

// Counts stand one behind the other until the ledger is idle: among those of a day each topic that
// an item finds is a page of its own.
constexpr std::string_view count_entries = R"sql(
CREATE TABLE count_entry (
  day INTEGER NOT NULL, topic TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL);
CREATE VIEW counted AS
  SELECT day, topic, name, value FROM day_count
  UNION ALL SELECT day, topic, name, value FROM count_entry;
)sql";

// FTS5 merges its segments by itself whenever 64 pages of words have come, up to 500 pages in the
// transaction that is about to commit: 25 ms. Store::merge_index() does it step by step. Only where
// it has been kept from it until 64 segments of a size stand there, FTS5 merges them at once.
constexpr std::string_view merging_by_steps = R"sql(
INSERT INTO item_text (item_text, rank) VALUES ('automerge', 0);
INSERT INTO item_text (item_text, rank) VALUES ('crisismerge', 64);
)sql";

constexpr std::array steps_of_schema{version_1,       version_2,     story_tables,
                                     feedback_tables, policy_tables, index_mark,
                                     frame_mark,      count_entries, merging_by_steps};

Result<void> back_up_before_migration(Connection& connection, int version) {
  const auto backup = fmt::format("{}.v{}.bak", connection.path(), version);
  // One left by an attempt that failed is older than what is in the file now.
  std::error_code ignored;
  std::filesystem::remove(backup, ignored);
  return copy_to(connection, backup);
}

}  // namespace

std::span<const std::string_view> schema_steps() {
  return steps_of_schema;
}

Result<SchemaState> inspect_schema(Connection& connection) {
  const auto version = connection.number("PRAGMA user_version");
  if (!version) return fail(version.error());
  const auto application = connection.number("PRAGMA application_id");
  if (!application) return fail(application.error());
  const auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  const bool is_empty = *tables == 0 && *version == 0;
  return SchemaState{.version = static_cast<int>(*version),
                     .is_store = is_empty || *application == application_id};
}

Result<void> migrate(Connection& connection, int version, std::span<const std::string_view> steps) {
  const auto from = static_cast<std::size_t>(version);
  if (from >= steps.size()) return {};
  if (version > 0) {
    if (auto saved = back_up_before_migration(connection, version); !saved) return saved;
  }
  if (auto begun = connection.begin(); !begun) return begun;
  Result<void> done;
  for (const auto step : steps.subspan(from)) {
    done = connection.script(std::string{step});
    if (!done) break;
  }
  if (done) {
    done = connection.script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                         application_id, steps.size()));
  }
  crash_point("migration.written");
  if (done) done = connection.commit();
  crash_point("migration.committed");
  if (!done) connection.roll_back();
  return done;
}

}  // namespace tocsin::store
