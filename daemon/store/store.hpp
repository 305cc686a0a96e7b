// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/alert_query.hpp"
#include "store/audit_line.hpp"
#include "store/feed_state.hpp"
#include "store/feedback_row.hpp"
#include "store/item_query.hpp"
#include "store/item_row.hpp"
#include "store/options.hpp"
#include "store/policy_row.hpp"
#include "store/story_row.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

class Checkpointer;
class Connection;

/// The daemon's memory: feed state, items, stories, the alert log and its subscribers' cursors in
/// one SQLite file (WAL, synchronous=FULL).
///
/// Thread: the ledger's, the only writer; everybody else opens a StoreLogReader or a read-only
/// Store. Reading sees what the open transaction has written. Failures: `no_space` for a full or
/// read-only disk, `busy` when another process holds the file, `invalid_input` for a file that is
/// no store, damaged, or written by a newer version; `system` otherwise. The message names the
/// path.
class Store {
 public:
  /// Opens or creates `path`. Checks it (quick_check) and migrates it forward; a file that needs
  /// migrating is first copied to "<path>.v<version>.bak".
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path,
                                                           const StoreOptions& options = {});

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Starts the one transaction there can be at a time.
  [[nodiscard]] Result<Transaction> begin();

  [[nodiscard]] Result<std::vector<FeedState>> feed_states();
  /// The same one by one, in no order: a million of them at once would fill memory.
  [[nodiscard]] Result<void> visit_feed_states(const std::function<void(FeedState)>& visit);
  [[nodiscard]] Result<std::optional<FeedState>> feed_state(std::string_view feed_key);

  [[nodiscard]] Result<std::optional<KnownItem>> known_item(std::string_view feed_key,
                                                            std::string_view identity);
  [[nodiscard]] Result<std::optional<ItemRow>> find_item(ItemId id);
  [[nodiscard]] Result<std::optional<ItemRow>> find_item(std::string_view feed_key,
                                                         std::string_view identity);
  /// Items of any feed with this canonical link, first seen at or after `since`, oldest first.
  [[nodiscard]] Result<std::vector<ItemRow>> items_by_link(std::string_view canonical_link,
                                                           Time since);
  /// Items of any feed with this identity, oldest first.
  [[nodiscard]] Result<std::vector<ItemRow>> items_by_identity(std::string_view identity);
  /// Items first seen at or after `since`, oldest first, at most `limit`: for `preview`.
  [[nodiscard]] Result<std::vector<ItemRow>> items_since(Time since, std::size_t limit,
                                                         ItemId after = 0);
  /// `too_large` beyond `most_words` and `most_forms` of ItemQuery.
  [[nodiscard]] Result<ItemHits> search_items(const ItemQuery& query);
  [[nodiscard]] Result<ItemFate> fate_of(ItemId item);
  [[nodiscard]] Result<std::vector<MatchRow>> matches_of(ItemId item);

  /// The members of the stories that are open and had an item at or after `since`, one by one, as
  /// they were placed: a window of them at once would fill memory.
  [[nodiscard]] Result<void> visit_open_story_members(
      Time since, const std::function<void(StoryMember)>& visit);
  [[nodiscard]] Result<std::vector<StoryMember>> story_members(std::string_view story_id);
  [[nodiscard]] Result<std::optional<StoryMember>> story_member(ItemId item);
  /// What was done to a story by hand, oldest first.
  [[nodiscard]] Result<std::vector<StoryChange>> story_changes(std::string_view story_id);
  [[nodiscard]] Result<std::optional<StoryRow>> story(std::string_view id);
  [[nodiscard]] Result<std::vector<StoryRow>> stories_since(Time last_seen, std::size_t limit);
  [[nodiscard]] Result<std::vector<StoryTopicRow>> story_topics(std::string_view story_id);
  /// What stories seen at or after `since` have sent, for the policy at start.
  [[nodiscard]] Result<std::vector<StoryTopicRow>> recent_story_topics(Time since);

  [[nodiscard]] Result<alert::LogBounds> log_bounds();
  [[nodiscard]] Result<std::optional<alert::LogRecord>> find_alert(std::string_view id);
  /// The item an alert is about; 0 for an operator's alert, or when there is no such alert.
  [[nodiscard]] Result<ItemId> item_of_alert(std::string_view id);
  [[nodiscard]] Result<std::vector<alert::LogRecord>> alerts(const AlertQuery& query);

  [[nodiscard]] Result<std::vector<Cursor>> cursors();
  [[nodiscard]] Result<std::vector<Parked>> parked(std::string_view subscriber);
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(std::size_t limit);
  /// Silences that expire after `now`; of `Time::min()` all that are kept.
  [[nodiscard]] Result<std::vector<Silence>> silences(Time now);
  /// What is held and not yet released, oldest first; "" is every topic.
  [[nodiscard]] Result<std::vector<Held>> held(std::string_view topic);
  [[nodiscard]] Result<bool> is_held_due(Time now);
  /// What is due at `now`, by topic frame.
  [[nodiscard]] Result<std::vector<HeldGroup>> held_groups(Time now);
  /// The oldest of a group, at most `limit`.
  [[nodiscard]] Result<std::vector<Held>> held_in(const HeldGroup& group, Time now,
                                                  std::size_t limit);
  /// How many of a group were held for which reason.
  [[nodiscard]] Result<Counts> held_reasons(const HeldGroup& group, Time now);
  [[nodiscard]] Result<std::optional<CapWindow>> cap_window(std::string_view scope);
  /// What people said, oldest first; "" is every topic.
  [[nodiscard]] Result<std::vector<Feedback>> feedback(std::string_view topic);
  [[nodiscard]] Result<Counts> counts();  ///< Of all days and topics together.
  /// The counts of each day from `since` on beside what stands in the tables, and whether they
  /// agree; days that are no longer kept apart come first, as one.
  [[nodiscard]] Result<std::vector<AuditLine>> audit(Time since);
  [[nodiscard]] Result<Sizes> sizes();

  /// In a transaction of its own, as the next four: at most `limit` rows of each kind that are past
  /// their time.
  [[nodiscard]] Result<Pruned> prune(Time now, const RetentionOptions& options, std::size_t limit);
  /// Adds the words of up to `limit` items to the search, the oldest that wait. How many they were.
  [[nodiscard]] Result<std::size_t> index_items(std::size_t limit);
  /// Merges what that has written: 16 pages and the word it is at. False when nothing was left.
  [[nodiscard]] Result<bool> merge_index();
  [[nodiscard]] Result<std::size_t> waiting_counts();  ///< Not yet added to their day's.
  /// Adds up to `limit` of them, the oldest. How many they were.
  [[nodiscard]] Result<std::size_t> add_up_counts(std::size_t limit);

  /// For a thread beside this one. From now on commits leave checkpoints to it, and carry the log
  /// over themselves only when it has come to `StoreOptions::journal_limit_bytes`.
  [[nodiscard]] Result<std::unique_ptr<Checkpointer>> checkpointer();
  /// True once for every 4 MiB that commits have added to the log: have the Checkpointer run.
  [[nodiscard]] bool is_checkpoint_due();

  /// Writes a compact copy (VACUUM INTO). `busy` when `path` exists.
  [[nodiscard]] Result<void> backup_to(const std::string& path);
  /// SQLite's integrity_check and the log's own: no gap in seq, every prev right. One line per
  /// finding.
  [[nodiscard]] Result<std::vector<std::string>> check();

 private:
  Store(std::unique_ptr<Connection> connection, const StoreOptions& options);

  std::unique_ptr<Connection> connection_;
  StoreOptions options_;
};

}  // namespace tocsin::store
