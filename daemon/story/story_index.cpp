// SPDX-License-Identifier: Apache-2.0
#include "story/story_index.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace tocsin::story {
namespace {

/// The larger the promise, which is above zero, the lower; of equal ones what was found last, whose
/// stories are the newest. In one number, since the bits of such floats are in the order of their
/// values.
std::uint64_t rank(float promise, std::size_t at) {
  return std::uint64_t{~std::bit_cast<std::uint32_t>(promise)} << 32U |
         (UINT32_MAX - static_cast<std::uint32_t>(at));
}

std::size_t place_of(std::uint64_t rank) {
  return UINT32_MAX - static_cast<std::uint32_t>(rank);
}

}  // namespace

StoryIndex::Slot StoryIndex::open() {
  if (free_.empty()) {
    states_.emplace_back();
    return static_cast<Slot>(states_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  states_[slot] = {};
  return slot;
}

void StoryIndex::add(std::uint32_t word, Slot slot) {
  Places& places = places_[word];
  if (places.size() == places.capacity()) drop_forgotten(places);
  places.push_back(slot);
}

void StoryIndex::forget(Slot slot) {
  constexpr std::size_t few = 64;
  states_[slot].search = is_forgotten;
  forgotten_.push_back(slot);
  const std::size_t open = states_.size() - free_.size() - forgotten_.size();
  if (forgotten_.size() > few + open / 4) sweep();
}

void StoryIndex::drop_forgotten(Places& places) const {
  std::erase_if(places, [this](Slot slot) { return states_[slot].search == is_forgotten; });
}

void StoryIndex::sweep() {
  for (auto word = places_.begin(); word != places_.end();) {
    Places& places = word.value();
    drop_forgotten(places);
    if (2 * places.size() < places.capacity()) places.shrink_to_fit();
    word = places.empty() ? places_.erase(word) : std::next(word);
  }
  free_.insert(free_.end(), forgotten_.begin(), forgotten_.end());
  forgotten_.clear();
}

void StoryIndex::begin_search() {
  found_count_ = 0;
  lists_.clear();
  if (++search_ != is_forgotten) return;
  for (State& state : states_) {
    if (state.search != is_forgotten) state.search = 0;
  }
  search_ = 1;
}

/// All at once, before any is followed: the words of a window are in no near cache, and lookups
/// that do not wait for each other wait together.
void StoryIndex::look_up(std::span<const Clue> clues) {
  for (const Clue& clue : clues) {
    const auto places = places_.find(clue.hash);
    if (places == places_.end()) continue;
    const Places& list = places.value();
    __builtin_prefetch(list.data() + list.size(), 1);  // where `add` goes on, as a rule
    lists_.emplace_back(&places.value(), clue.square);
  }
}

/// The states of 100,000 stories are in no near cache.
void StoryIndex::start_to_load(const Places& places) const {
  const std::size_t count = std::min(places.size(), most_ahead);
  for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(&states_[places[i]], 1);
}

/// Without a branch on whether a story is new to the search, or forgotten, which would be guessed
/// wrong too often.
std::size_t StoryIndex::follow(Places& places, float square, std::size_t most) {
  const std::size_t count = places.size();
  const std::size_t begin = count - std::min(count, most);
  found_.resize(found_count_ + count - begin);
  promises_.resize(found_.size());
  Slot* const all = places.data();
  Slot* const found = found_.data();
  float* const promises = promises_.data();
  const std::uint32_t search = search_;
  auto next = static_cast<std::uint32_t>(found_count_);
  std::size_t kept = begin;
  for (std::size_t i = begin; i < count; ++i) {
    if (i + most_ahead < count) __builtin_prefetch(&states_[all[i + most_ahead]], 1);
    const Slot slot = all[i];
    State& state = states_[slot];
    const bool is_open = state.search != is_forgotten;
    const bool is_found = state.search == search;
    const std::uint32_t at = is_found ? state.place : next;
    promises[at] = promises[at] * static_cast<float>(is_found) + square;
    state = {.search = is_open ? search : is_forgotten, .place = at};
    found[next] = slot;
    next += is_open && !is_found ? 1U : 0U;
    all[kept] = slot;
    kept += is_open ? 1U : 0U;
  }
  found_count_ = next;
  places.resize(kept);
  return kept - begin;
}

std::span<const StoryIndex::Slot> StoryIndex::most_promising(std::span<const Clue> clues,
                                                             std::size_t limit) {
  constexpr std::size_t most_places = 2000;
  begin_search();
  look_up(clues);
  std::size_t left = most_places;
  for (std::size_t i = 0; i < lists_.size() && left > 0; ++i) {
    constexpr std::size_t ahead = 2;
    if (i + 2 * ahead < lists_.size()) __builtin_prefetch(lists_[i + 2 * ahead].first->data(), 1);
    if (i + ahead < lists_.size()) start_to_load(*lists_[i + ahead].first);
    const auto& [places, square] = lists_[i];
    const bool is_whole = places->size() <= left;
    left -= follow(*places, square, left);
    if (!is_whole) break;
  }
  return best_found(limit);
}

/// Gathers some of what is not below the best `limit` of what was seen before it looks which of
/// them are the best.
std::span<const StoryIndex::Slot> StoryIndex::best_found(std::size_t limit) {
  constexpr std::size_t times = 8;
  ranked_.clear();
  float bar = 0;
  for (std::size_t at = 0; at < found_count_; ++at) {
    if (promises_[at] < bar) continue;
    ranked_.push_back(rank(promises_[at], at));
    if (ranked_.size() < times * limit) continue;
    std::nth_element(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(limit - 1),
                     ranked_.end());
    ranked_.resize(limit);
    bar = promises_[place_of(ranked_.back())];
  }
  std::sort(ranked_.begin(), ranked_.end());
  ranked_.resize(std::min(ranked_.size(), limit));
  best_.clear();
  for (const std::uint64_t ranked : ranked_) best_.push_back(found_[place_of(ranked)]);
  return best_;
}

}  // namespace tocsin::story
