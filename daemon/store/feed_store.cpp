// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/feed_number.hpp"
#include "store/feed_state.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

using Hours = decltype(FeedState::active_hours);

/// Two hexadecimal digits for each hour; empty when all are zero.
std::string hours_text(const Hours& hours) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (hours == Hours{}) return {};
  std::string text;
  for (const std::uint8_t hour : hours) {
    text += digits[hour >> 4U];
    text += digits[hour & 0xFU];
  }
  return text;
}

Hours hours_of(std::string_view text) {
  Hours hours{};
  for (std::size_t hour = 0; hour < hours.size() && hour * 2 + 2 <= text.size(); ++hour) {
    const char* const first = text.data() + hour * 2;
    std::from_chars(first, first + 2, hours.at(hour), 16);
  }
  return hours;
}

// Both live as long as the program: the connection keeps statements by their text.
const std::string select_feed_states =
    "SELECT f.key, s.listed_url, s.current_url, s.etag, s.last_modified, s.last_polled, "
    "s.last_success,"
    " s.last_new, s.last_full_fetch, s.next_poll, s.moved_since, s.disabled_at, s.moved_to,"
    " s.last_error, s.disabled_reason, s.failures, s.polls, s.gaps, s.interval_s, s.baselined,"
    " s.rhythm_s, s.rhythm_items, s.ttl_s, s.skip_hours, s.skip_days, s.active_hours,"
    " s.failing_since, s.failing_told, s.silent_told, s.gap_told, s.gaps_told FROM feed_state s "
    "JOIN feed f USING (feed_no)";
const std::string select_feed_state = select_feed_states + " WHERE f.key = ?";
const std::string select_feed_states_by_key = select_feed_states + " ORDER BY f.key";

FeedState read_feed_state(Row& row) {
  return FeedState{.key = row.text(),
                   .listed_url = row.text(),
                   .current_url = row.text(),
                   .etag = row.text(),
                   .last_modified = row.text(),
                   .last_polled = row.optional_time(),
                   .last_success = row.optional_time(),
                   .last_new = row.optional_time(),
                   .last_full_fetch = row.optional_time(),
                   .next_poll = row.optional_time(),
                   .moved_since = row.optional_time(),
                   .disabled_at = row.optional_time(),
                   .moved_to = row.text(),
                   .last_error = row.text(),
                   .disabled_reason = row.text(),
                   .failures = row.small(),
                   .polls = row.integer(),
                   .gaps = row.integer(),
                   .interval = std::chrono::seconds{row.integer()},
                   .baselined = row.flag(),
                   .rhythm = std::chrono::seconds{row.integer()},
                   .rhythm_items = row.small(),
                   .ttl = std::chrono::seconds{row.integer()},
                   .skip_hours = static_cast<std::uint32_t>(row.integer()),
                   .skip_days = static_cast<std::uint8_t>(row.integer()),
                   .active_hours = hours_of(row.text()),
                   .failing_since = row.optional_time(),
                   .failing_told = row.optional_time(),
                   .silent_told = row.optional_time(),
                   .gap_told = row.optional_time(),
                   .gaps_told = row.integer()};
}

}  // namespace

Result<std::int64_t> feed_number(Connection& connection, std::string_view key) {
  const auto found = connection.first(
      "SELECT feed_no FROM feed WHERE key = ?", [](Row& row) { return row.integer(); }, key);
  if (!found) return fail(found.error());
  if (*found) return **found;
  return connection.insert("INSERT INTO feed (key) VALUES (?)", key);
}

Result<std::vector<FeedState>> Store::feed_states() {
  return connection_->all(select_feed_states_by_key, read_feed_state);
}

Result<void> Store::visit_feed_states(const std::function<void(FeedState)>& visit) {
  return connection_->each(select_feed_states, [&visit](Row& row) { visit(read_feed_state(row)); });
}

Result<std::optional<FeedState>> Store::feed_state(std::string_view feed_key) {
  return connection_->first(select_feed_state, read_feed_state, feed_key);
}

Result<void> Transaction::put_feed_state(const FeedState& state) {
  const auto feed = feed_number(*connection_, state.key);
  if (!feed) return fail(feed.error());
  return connection_->run(
      "INSERT OR REPLACE INTO feed_state (feed_no, current_url, etag, last_modified, last_polled,"
      " last_success, last_new, last_full_fetch, next_poll, moved_since, disabled_at, moved_to,"
      " last_error, disabled_reason, failures, polls, gaps, interval_s, baselined,"
      " rhythm_s, ttl_s, skip_hours, skip_days, active_hours, failing_told, silent_told,"
      " rhythm_items, failing_since, gap_told, gaps_told, listed_url)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?)",
      *feed, state.current_url, state.etag, state.last_modified, state.last_polled,
      state.last_success, state.last_new, state.last_full_fetch, state.next_poll, state.moved_since,
      state.disabled_at, state.moved_to, state.last_error, state.disabled_reason, state.failures,
      state.polls, state.gaps, static_cast<std::int64_t>(state.interval.count()), state.baselined,
      static_cast<std::int64_t>(state.rhythm.count()), static_cast<std::int64_t>(state.ttl.count()),
      static_cast<std::int64_t>(state.skip_hours), static_cast<std::int64_t>(state.skip_days),
      hours_text(state.active_hours), state.failing_told, state.silent_told, state.rhythm_items,
      state.failing_since, state.gap_told, state.gaps_told, state.listed_url);
}

Result<void> Transaction::rename_feed(std::string_view key, std::string_view new_key) {
  auto renamed = connection_->run("UPDATE feed SET key = ? WHERE key = ?", new_key, key);
  if (renamed && connection_->changes() == 0) {
    return fail(connection_->error_about(Errc::not_found, "no feed of this key"));
  }
  return renamed;
}

Result<void> Transaction::remove_feed_state(std::string_view key) {
  return connection_->run(
      "DELETE FROM feed_state WHERE feed_no = (SELECT feed_no FROM feed WHERE key = ?)", key);
}

}  // namespace tocsin::store
