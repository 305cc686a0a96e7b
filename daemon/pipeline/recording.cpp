// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recording.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/feed_habits.hpp"
#include "pipeline/feed_notice.hpp"
#include "pipeline/near_miss.hpp"
#include "text/tokenize.hpp"
#include "topics/topic.hpp"

namespace tocsin::pipeline {
namespace {

constexpr std::chrono::hours same_link_window{24 * 7};

store::FeedState state_of_unreadable(const PollOutcome& outcome) {
  store::FeedState state = outcome.state_if_unreadable;
  state.last_error = outcome.unreadable;
  // Validators belong to items that were read: kept, they would answer 304 to garbage for ever.
  state.etag.clear();
  state.last_modified.clear();
  return state;
}

/// What the pipeline knows of a feed comes from the store, whatever the poller made of it.
void carry_over(const store::FeedState& before, store::FeedState& state) {
  state.gaps = before.gaps;
  state.rhythm = before.rhythm;
  state.rhythm_items = before.rhythm_items;
  state.ttl = before.ttl;
  state.skip_hours = before.skip_hours;
  state.skip_days = before.skip_days;
  state.active_hours = before.active_hours;
  state.failing_since = before.failing_since;
  state.failing_told = before.failing_told;
  state.silent_told = before.silent_told;
  state.gap_told = before.gap_told;
  state.gaps_told = before.gaps_told;
}

}  // namespace

Recording::Recording(const Surroundings& surroundings, const PollOutcome& outcome)
    : with_{surroundings},
      outcome_{outcome},
      keeper_{{.store = surroundings.store,
               .transaction = surroundings.transaction,
               .stories = surroundings.stories,
               .now = surroundings.now}},
      delivery_{{.store = surroundings.store,
                 .transaction = surroundings.transaction,
                 .options = surroundings.delivery,
                 .silences = surroundings.silences,
                 .now = surroundings.now}} {}

Result<Learned> Recording::write() {
  const auto before = stored_state();
  if (!before) return fail(before.error());
  Learned learned{.feed_key = outcome_.feed.key, .is_committed = true, .state = outcome_.state};
  if (!outcome_.unreadable.empty()) learned.state = state_of_unreadable(outcome_);
  carry_over(*before, learned.state);
  if (outcome_.examination) {
    if (auto written = write_items(); !written) return fail(written.error());
    learn_from_document(learned);
  }
  if (outcome_.reschedule) {
    learned.state = outcome_.reschedule(std::move(learned.state), learned.gap_suspected);
  }
  if (auto told = tell_operators(*before, learned); !told) return fail(told.error());
  if (auto put = with_.transaction.put_feed_state(learned.state); !put) return fail(put.error());
  if (auto counted = write_counts(); !counted) return fail(counted.error());
  return learned;
}

Result<store::FeedState> Recording::stored_state() {
  auto stored = with_.store.feed_state(outcome_.feed.key);
  if (!stored) return fail(stored.error());
  if (!*stored) return store::FeedState{};
  // At another listed URL it begins anew.
  const std::string& before = (*stored)->listed_url;
  const bool is_known = before.empty() || before == outcome_.state.listed_url;
  return is_known ? std::move(**stored) : store::FeedState{};
}

Result<void> Recording::write_items() {
  for (const ExaminedItem& item : outcome_.examination->items) {
    if (auto written = write_item(item); !written) return written;
  }
  return with_.transaction.touch_items_seen(outcome_.feed.key, seen_, with_.now);
}

void Recording::learn_from_document(Learned& learned) {
  const auto fresh = counted("items.new");
  const bool had_items = outcome_.state.last_new.has_value();
  // A delta leaves out what is known; that nothing is known in it says nothing.
  learned.gap_suspected = !outcome_.is_delta && outcome_.state.baselined && had_items &&
                          fresh > 0 && counted("items.known") == 0;
  learned.is_delta = outcome_.is_delta;
  learned.new_items = static_cast<int>(fresh);
  learned.has_document = true;
  learned.near = std::move(near_);
  for (const ExaminedItem& item : outcome_.examination->items) {
    if (item.is_usable) learned.seen.push_back(item.fingerprint);
  }
  std::sort(learned.seen.begin(), learned.seen.end());
  learned.state.baselined = true;
  if (fresh > 0) learned.state.last_new = with_.now;
  if (learned.gap_suspected) ++learned.state.gaps;
  learn_habits({.examination = *outcome_.examination,
                .fresh = fresh_dates_,
                .is_delta = outcome_.is_delta,
                .now = with_.now},
               learned.state);
}

Result<void> Recording::write_item(const ExaminedItem& item) {
  count("", "items.fetched");
  if (!item.is_usable) {
    count("", "items.rejected");
    return {};
  }
  seen_.push_back(item.row.identity);
  if (item.is_seen) {
    count("", "items.known");
    return {};
  }
  store::ItemRow row = item.row;
  const auto novelty = store_row(item, row);
  if (!novelty) return fail(novelty.error());
  if (*novelty == Novelty::known) {
    count("", "items.known");
    return {};
  }
  count("", *novelty == Novelty::fresh ? "items.new" : "items.changed");
  if (*novelty == Novelty::changed) count("", "items.known");
  for (const topics::Match& match : item.near) near_.push_back(near_miss_of(match, row));
  return write_matches(item, row);
}

Result<Recording::Novelty> Recording::store_row(const ExaminedItem& item, store::ItemRow& row) {
  const auto known = with_.store.known_item(row.feed_key, row.identity);
  if (!known) return fail(known.error());
  if (!*known) return store_fresh(item, row);
  const bool is_pruned = (*known)->item_id == 0;
  if (is_pruned || (*known)->text_digest == row.text_digest) return Novelty::known;
  return store_changed(**known, row);
}

Result<Recording::Novelty> Recording::store_fresh(const ExaminedItem& item, store::ItemRow& row) {
  const auto is_listed = is_listed_under_another_guid(item);
  if (!is_listed) return fail(is_listed.error());
  if (*is_listed) return Novelty::known;
  row.first_seen = with_.now;
  row.last_seen = with_.now;
  row.baseline = !outcome_.state.baselined;
  judge_date(row, with_.now, with_.policy);
  const auto id = with_.transaction.insert_item(row);
  if (!id) return fail(id.error());
  row.id = *id;
  if (row.published_quality == alert::DateQuality::ok) fresh_dates_.push_back(*row.published);
  return Novelty::fresh;
}

Result<Recording::Novelty> Recording::store_changed(const store::KnownItem& known,
                                                    store::ItemRow& row) {
  const auto stored = with_.store.find_item(known.item_id);
  if (!stored) return fail(stored.error());
  if (!*stored) return Novelty::known;
  row.id = known.item_id;
  row.revision = known.revision + 1;
  row.first_seen = known.first_seen;
  row.last_seen = with_.now;
  row.baseline = (*stored)->baseline;
  row.story_id = (*stored)->story_id;
  row.story_signature = (*stored)->story_signature;
  if (!row.published) {
    row.published = (*stored)->published;
    row.published_quality = (*stored)->published_quality;
  }
  const alert::DateQuality quality = row.published_quality;
  judge_date(row, with_.now, with_.policy);
  if (row.published_quality == alert::DateQuality::ok) row.published_quality = quality;
  row.late = row.late || (*stored)->late;
  if (auto updated = with_.transaction.update_item(row); !updated) return fail(updated.error());
  return Novelty::changed;
}

Result<bool> Recording::is_listed_under_another_guid(const ExaminedItem& item) {
  if (item.row.canonical_link.empty() || !item.link_is_unique) return false;
  const auto others =
      with_.store.items_by_link(item.row.canonical_link, with_.now - same_link_window);
  if (!others) return fail(others.error());
  std::vector<const store::ItemRow*> here;
  for (const store::ItemRow& other : *others) {
    if (other.feed_key == item.row.feed_key) here.push_back(&other);
  }
  // The link must be one item's alone, or it is the feed's constant link and says nothing.
  if (here.size() != 1) return false;
  const bool has_text = !item.row.summary.empty() || !item.row.content.empty();
  const bool has_title = !item.row.title.empty();
  // Two items agree in what they have, not in what both lack.
  return (has_title && here.front()->title == item.row.title) ||
         ((has_title || has_text) && here.front()->text_digest == item.row.text_digest);
}

Result<void> Recording::tell_operators(const store::FeedState& before, Learned& learned) {
  const FeedInfo& feed = outcome_.feed;
  if (const auto notice = with_.network.saw(feed.key, before, learned.state, with_.now)) {
    if (auto appended = append_notice(*notice, nullptr); !appended) return appended;
  }
  Noted noted = notices_of({.feed = feed,
                            .before = before,
                            .after = learned.state,
                            .gap_suspected = learned.gap_suspected,
                            .now = with_.now,
                            .holds_failures = with_.network.holds(with_.now),
                            .reliable_since = with_.network.back_at()},
                           with_.notices);
  learned.state = std::move(noted.state);
  for (const Notice& notice : noted.notices) {
    if (auto appended = append_notice(notice, &feed); !appended) return appended;
  }
  return {};
}

Result<void> Recording::append_notice(const Notice& notice, const FeedInfo* feed) {
  alert::Alert alert = operator_alert(notice, feed, with_.now);
  auto record = with_.transaction.append_alert(alert, 0, with_.now);
  if (!record && record.error().code == Errc::busy) return {};  // it is in the log already
  if (!record) return fail(record.error());
  records_.push_back(std::move(*record));
  return {};
}

Result<void> Recording::write_counts() {
  for (const auto& [name, by] : counts_) {
    if (by == 0) continue;
    auto added = with_.transaction.add_count(
        {.when = with_.now, .topic = name.first, .name = name.second, .by = by});
    if (!added) return added;
  }
  return {};
}

}  // namespace tocsin::pipeline
