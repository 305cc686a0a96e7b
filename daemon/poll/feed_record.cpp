// SPDX-License-Identifier: Apache-2.0
#include "poll/feed_record.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>

namespace tocsin::poll {
namespace {

using store::FeedState;

/// In the order their bytes follow the head.
enum Text : std::size_t {
  text_key,
  text_url,
  text_state_url,
  text_title,
  text_current_url,
  text_etag,
  text_last_modified,
  text_moved_to,
  text_last_error,
  text_disabled_reason,
  text_count
};

/// Milliseconds since the epoch; the smallest number for a time that never was.
using Moment = std::int64_t;
constexpr Moment never = std::numeric_limits<Moment>::min();

struct Head {
  Moment last_polled;
  Moment last_success;
  Moment last_new;
  Moment last_full_fetch;
  Moment next_poll;
  Moment moved_since;
  Moment disabled_at;
  std::int64_t polls;
  std::int64_t gaps;
  std::int64_t interval;
  std::int64_t rhythm;
  std::int64_t ttl;
  std::int32_t failures;
  std::uint32_t skip_hours;
  std::array<std::uint32_t, text_count> sizes;
  std::array<std::uint8_t, 24> active_hours;
  std::uint8_t skip_days;
  bool baselined;
  bool is_of_url;  // the state's listed URL is the record's
};

static_assert(std::is_trivially_copyable_v<Head>);

Moment moment_of(const std::optional<Time>& time) {
  return time ? time->time_since_epoch().count() : never;
}

std::optional<Time> time_of(Moment moment) {
  if (moment == never) return std::nullopt;
  return Time{std::chrono::milliseconds{moment}};
}

Head head_of(const FeedState& state) {
  return Head{.last_polled = moment_of(state.last_polled),
              .last_success = moment_of(state.last_success),
              .last_new = moment_of(state.last_new),
              .last_full_fetch = moment_of(state.last_full_fetch),
              .next_poll = moment_of(state.next_poll),
              .moved_since = moment_of(state.moved_since),
              .disabled_at = moment_of(state.disabled_at),
              .polls = state.polls,
              .gaps = state.gaps,
              .interval = state.interval.count(),
              .rhythm = state.rhythm.count(),
              .ttl = state.ttl.count(),
              .failures = state.failures,
              .skip_hours = state.skip_hours,
              .sizes = {},
              .active_hours = state.active_hours,
              .skip_days = state.skip_days,
              .baselined = state.baselined,
              .is_of_url = false};
}

Head head_at(const char* block) {
  Head head;
  std::memcpy(&head, block, sizeof head);
  return head;
}

std::string_view text_at(const char* block, const Head& head, Text text) {
  const auto before = head.sizes.begin() + static_cast<std::ptrdiff_t>(text);
  const std::size_t offset = std::accumulate(head.sizes.begin(), before, std::size_t{0});
  return {block + sizeof(Head) + offset, head.sizes.at(text)};
}

}  // namespace

FeedRecord::FeedRecord(std::string_view url, std::string_view title, const FeedState& state) {
  // Most feeds are listed without an id: their URL is their key and is kept once.
  const std::string_view own_url = url == state.key ? std::string_view{} : url;
  Head head = head_of(state);
  head.is_of_url = state.listed_url == (own_url.empty() ? state.key : own_url);
  const std::string_view state_url = head.is_of_url ? std::string_view{} : state.listed_url;
  const std::array<std::string_view, text_count> texts{state.key,           own_url,
                                                       state_url,           title,
                                                       state.current_url,   state.etag,
                                                       state.last_modified, state.moved_to,
                                                       state.last_error,    state.disabled_reason};
  std::size_t size = sizeof head;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    head.sizes.at(i) = static_cast<std::uint32_t>(texts.at(i).size());
    size += texts.at(i).size();
  }
  block_ = std::make_unique_for_overwrite<char[]>(size);
  std::memcpy(block_.get(), &head, sizeof head);
  char* end = block_.get() + sizeof head;
  for (const std::string_view text : texts) end = std::copy(text.begin(), text.end(), end);
}

std::string_view FeedRecord::key() const {
  return text_at(block_.get(), head_at(block_.get()), text_key);
}

std::string_view FeedRecord::url() const {
  const Head head = head_at(block_.get());
  return text_at(block_.get(), head, head.sizes[text_url] == 0 ? text_key : text_url);
}

std::string_view FeedRecord::title() const {
  return text_at(block_.get(), head_at(block_.get()), text_title);
}

FeedState FeedRecord::state() const {
  const Head head = head_at(block_.get());
  const auto text = [&](Text which) {
    return std::string{text_at(block_.get(), head, which)};
  };
  return FeedState{.key = text(text_key),
                   .listed_url = head.is_of_url ? std::string{url()} : text(text_state_url),
                   .current_url = text(text_current_url),
                   .etag = text(text_etag),
                   .last_modified = text(text_last_modified),
                   .last_polled = time_of(head.last_polled),
                   .last_success = time_of(head.last_success),
                   .last_new = time_of(head.last_new),
                   .last_full_fetch = time_of(head.last_full_fetch),
                   .next_poll = time_of(head.next_poll),
                   .moved_since = time_of(head.moved_since),
                   .disabled_at = time_of(head.disabled_at),
                   .moved_to = text(text_moved_to),
                   .last_error = text(text_last_error),
                   .disabled_reason = text(text_disabled_reason),
                   .failures = head.failures,
                   .polls = head.polls,
                   .gaps = head.gaps,
                   .interval = std::chrono::seconds{head.interval},
                   .baselined = head.baselined,
                   .rhythm = std::chrono::seconds{head.rhythm},
                   .ttl = std::chrono::seconds{head.ttl},
                   .skip_hours = head.skip_hours,
                   .skip_days = head.skip_days,
                   .active_hours = head.active_hours};
}

std::size_t FeedRecord::bytes() const {
  if (!block_) return 0;
  const Head head = head_at(block_.get());
  return std::accumulate(head.sizes.begin(), head.sizes.end(), sizeof head);
}

}  // namespace tocsin::poll
