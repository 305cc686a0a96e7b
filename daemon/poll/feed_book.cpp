// SPDX-License-Identifier: Apache-2.0
#include "poll/feed_book.hpp"

#include <functional>
#include <utility>

namespace tocsin::poll {

using store::FeedState;

std::size_t FeedBook::KeyHash::operator()(std::string_view key) const noexcept {
  return std::hash<std::string_view>{}(key);
}

std::size_t FeedBook::KeyHash::operator()(FeedNumber feed) const noexcept {
  return std::hash<std::string_view>{}((*slots)[feed].record.key());
}

bool FeedBook::KeyEqual::operator()(FeedNumber feed, std::string_view key) const noexcept {
  return (*slots)[feed].record.key() == key;
}

bool FeedBook::KeyEqual::operator()(std::string_view key, FeedNumber feed) const noexcept {
  return (*slots)[feed].record.key() == key;
}

FeedBook::FeedBook()
    : slots_{std::make_unique<Slots>()},
      by_key_{0, KeyHash{slots_.get()}, KeyEqual{slots_.get()}} {}

void FeedBook::reserve(std::size_t feeds) {
  slots_->reserve(feeds);
  by_key_.reserve(feeds);
}

FeedNumber FeedBook::remember(const FeedState& state) {
  if (const auto known = find(state.key)) {
    set_state(*known, state);
    return *known;
  }
  return add(FeedRecord{{}, {}, state});
}

FeedNumber FeedBook::list(const FeedSpec& spec) {
  const auto known = find(spec.key);
  FeedState state;
  if (known) {
    state = this->state(*known);
    count((*slots_)[*known], false);
  } else {
    state.key = spec.key;
  }
  FeedRecord record{spec.url, spec.title, state};
  const FeedNumber feed = known ? *known : add(std::move(record));
  Slot& slot = (*slots_)[feed];
  if (known) slot.record = std::move(record);
  slot.options = spec.options;
  count(slot, true);
  return feed;
}

void FeedBook::unlist(FeedNumber feed) {
  Slot& slot = (*slots_)[feed];
  count(slot, false);
  slot.options.reset();
}

std::optional<FeedNumber> FeedBook::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return *found;
}

bool FeedBook::is_listed(FeedNumber feed) const {
  return (*slots_)[feed].options != nullptr;
}

std::string_view FeedBook::url(FeedNumber feed) const {
  return (*slots_)[feed].record.url();
}

const FeedOptions& FeedBook::options(FeedNumber feed) const {
  const Slot& slot = (*slots_)[feed];
  return slot.options ? *slot.options : *default_options();
}

FeedSpec FeedBook::spec(FeedNumber feed) const {
  const Slot& slot = (*slots_)[feed];
  return {.key = std::string{slot.record.key()},
          .url = std::string{slot.record.url()},
          .title = std::string{slot.record.title()},
          .options = slot.options ? slot.options : default_options()};
}

FeedState FeedBook::state(FeedNumber feed) const {
  return (*slots_)[feed].record.state();
}

void FeedBook::set_state(FeedNumber feed, const FeedState& state) {
  Slot& slot = (*slots_)[feed];
  count(slot, false);
  slot.record = FeedRecord{slot.record.url(), slot.record.title(), state};
  slot.is_failing = state.failures > 0;
  slot.is_stopped = state.disabled_at.has_value();
  count(slot, true);
}

FeedNumber FeedBook::add(FeedRecord record) {
  const FeedNumber feed = size();
  const FeedState state = record.state();
  slots_->push_back({.record = std::move(record),
                     .options = nullptr,
                     .is_failing = state.failures > 0,
                     .is_stopped = state.disabled_at.has_value()});
  by_key_.insert(feed);
  return feed;
}

void FeedBook::count(const Slot& slot, bool is_added) {
  if (!slot.options) return;
  const auto by = [is_added](std::size_t& number, bool applies) {
    if (applies) number += is_added ? 1 : std::size_t(-1);
  };
  by(listed_, true);
  by(failing_, slot.is_failing);
  by(stopped_, slot.is_stopped);
}

}  // namespace tocsin::poll
