// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alert/alert.hpp"
#include "alert/log_reader.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/feed_state.hpp"
#include "store/feedback_row.hpp"
#include "store/item_row.hpp"
#include "store/policy_row.hpp"
#include "store/story_row.hpp"

namespace tocsin::store {

class Connection;
class Deliveries;
class Transaction;

/// True of a failure after which nothing else of the transaction can succeed: drop it, begin again.
[[nodiscard]] constexpr bool ends_transaction(Errc code) {
  return code == Errc::no_space || code == Errc::system;
}

/// One poll's share of a group commit: rolled back alone, in its destructor, unless kept.
class Savepoint {
 public:
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();

  /// What was written since stays in the transaction.
  [[nodiscard]] Result<void> keep();

 private:
  friend class Transaction;

  explicit Savepoint(Connection& connection) : connection_{&connection} {}

  Connection* connection_;
};

/// Everything one or several polls' outcomes change, made durable at once by commit(), or rolled
/// back by the destructor. Borrows its Store. After a failure that `ends_transaction`
/// drop it and begin again.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// On success it is on the disk: neither a crash nor a power loss takes it away.
  [[nodiscard]] Result<void> commit();

  /// Savepoints do not nest: finish one before the next.
  [[nodiscard]] Result<Savepoint> savepoint();

  [[nodiscard]] Result<void> put_feed_state(const FeedState& state);
  [[nodiscard]] Result<void> rename_feed(std::string_view key, std::string_view new_key);
  [[nodiscard]] Result<void> remove_feed_state(std::string_view key);  ///< Its items stay.

  /// `item.id` is not read. `busy` when the feed has an item of this identity already.
  [[nodiscard]] Result<ItemId> insert_item(const ItemRow& item);
  /// Replaces the item `item.id`, its tombstone's digest and revision, and the search index.
  [[nodiscard]] Result<void> update_item(const ItemRow& item);
  /// The feed still lists these identities: their tombstones and items were seen at `when`.
  [[nodiscard]] Result<void> touch_items_seen(std::string_view feed_key,
                                              const std::vector<std::string>& identities,
                                              Time when);
  [[nodiscard]] Result<void> add_match(const MatchRow& match);

  [[nodiscard]] Result<void> put_story(const StoryRow& story);
  [[nodiscard]] Result<void> set_item_story(ItemId item, std::string_view story_id,
                                            std::uint64_t signature);
  [[nodiscard]] Result<void> put_story_topic(const StoryTopicRow& row);
  [[nodiscard]] Result<void> remove_story_topics(std::string_view story_id);
  /// `member.place` is not read; the item's own story and signature are not touched.
  [[nodiscard]] Result<void> add_story_member(const StoryMember& member);
  /// Replaces what is told of the member with this `place`; its features stay.
  [[nodiscard]] Result<void> update_story_member(const StoryMember& member);
  [[nodiscard]] Result<void> close_story(std::string_view id, Time when);
  [[nodiscard]] Result<std::int64_t> add_story_change(const StoryChange& change);

  /// Gives `alert` its place in the log: the next seq, `prev` on its topic frame, `times.committed`
  /// = `committed`, and the encoded payload, into whose limits it is cut. `item` is 0 for operator
  /// alerts. `busy` when an alert of this id is in the log already, and only then: nothing is
  /// written, and `alert` is of no more use. The record may be published once commit() succeeded.
  [[nodiscard]] Result<alert::LogRecord> append_alert(alert::Alert& alert, ItemId item,
                                                      Time committed);

  /// Cumulative and monotonic: a smaller seq than stored changes only `seen`. `too_large` beyond
  /// the head.
  [[nodiscard]] Result<void> acknowledge(std::string_view subscriber, std::uint64_t seq, Time seen);
  /// Its cursor, what it gave back and its dead letters. `not_found` for a name without a cursor.
  [[nodiscard]] Result<Forgotten> forget_subscriber(std::string_view subscriber);
  [[nodiscard]] Result<void> park(
      const Parked& parked);  ///< Replaces an earlier one of the same seq.
  [[nodiscard]] Result<void> unpark(std::string_view subscriber, std::uint64_t seq);
  [[nodiscard]] Result<void> bury(const DeadLetter& letter);  ///< Unparks it too.

  [[nodiscard]] Result<std::int64_t> add_silence(const Silence& silence);
  /// What it holds is due at `when`. `not_found` when it is not in force.
  [[nodiscard]] Result<void> end_silence(std::int64_t id, Time when);

  [[nodiscard]] Result<std::int64_t> hold(const Held& held);
  /// Counts one more item of a story that waits and is told by `until`; false when none of the
  /// topic's is.
  [[nodiscard]] Result<bool> add_held_copy(std::string_view story_id, std::string_view topic,
                                           Time until);
  /// What is due at `now` and `silence` covers waits until that expires.
  [[nodiscard]] Result<void> postpone_silenced(const Silence& silence, Time now);
  /// What is due on `frame` at `now` waits until `until`.
  [[nodiscard]] Result<void> postpone_frame(std::string_view frame, Time now, Time until);
  /// What was held at a time that is still to come, by a clock that was ahead, is due at `now`.
  [[nodiscard]] Result<void> release_from_ahead(Time now);
  /// The clock stepped back to `now`, from `before` where that is known: silences that were over
  /// stay over, and those made at a time that is yet to come last as long as was left of them; it
  /// is over with them where nobody knows how long that is.
  [[nodiscard]] Result<void> shift_silences(std::optional<Time> before, Time now);
  /// What was due on `frame` at `now` went out in the alert `digest_id`: its stories count as told.
  [[nodiscard]] Result<void> release_held(const HeldGroup& group, std::string_view digest_id,
                                          int severity, Time now);
  [[nodiscard]] Result<void> put_cap_window(std::string_view scope, const CapWindow& window);

  [[nodiscard]] Result<std::int64_t> add_feedback(const Feedback& one);  ///< Its number.
  [[nodiscard]] Result<void> add_count(const DayCount& count);

 private:
  friend class Deliveries;
  friend class Store;

  explicit Transaction(Connection& connection) : connection_{&connection} {}

  Connection* connection_;
};

}  // namespace tocsin::store
