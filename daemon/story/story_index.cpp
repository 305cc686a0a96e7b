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
  found_.clear();
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

/// Without a branch on whether a story is new to the search, which at every second place would be
/// guessed wrong.
std::size_t StoryIndex::follow(Places& places, float square, std::size_t most) {
  constexpr std::size_t ahead = 16;  // the states of 100,000 stories are in no near cache
  const std::size_t count = places.size();
  const std::size_t begin = count - std::min(count, most);
  std::size_t found = found_.size();
  std::size_t kept = begin;
  found_.resize(found + count - begin);
  for (std::size_t i = begin; i < count; ++i) {
    if (i + ahead < count) __builtin_prefetch(&states_[places[i + ahead]], 1);
    const Slot slot = places[i];
    State& state = states_[slot];
    if (state.search == is_forgotten) continue;
    const bool is_new = state.search != search_;
    state.promise = is_new ? square : state.promise + square;
    state.search = search_;
    found_[found] = slot;
    found += is_new ? 1U : 0U;
    places[kept++] = slot;
  }
  found_.resize(found);
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
    constexpr std::size_t ahead = 4;
    if (i + ahead < lists_.size()) __builtin_prefetch(lists_[i + ahead].first->data(), 1);
    const auto& [places, square] = lists_[i];
    const bool is_whole = places->size() <= left;
    left -= follow(*places, square, left);
    if (!is_whole) break;
  }
  return best_found(limit);
}

std::span<const StoryIndex::Slot> StoryIndex::best_found(std::size_t limit) {
  ranked_.clear();
  for (std::size_t at = 0; at < found_.size(); ++at) {
    const std::uint64_t one = rank(states_[found_[at]].promise, at);
    if (ranked_.size() == limit) {
      if (one > ranked_.back()) continue;
      ranked_.pop_back();
    }
    ranked_.insert(std::upper_bound(ranked_.begin(), ranked_.end(), one), one);
  }
  best_.clear();
  for (const std::uint64_t ranked : ranked_) best_.push_back(found_[place_of(ranked)]);
  return best_;
}

}  // namespace tocsin::story
