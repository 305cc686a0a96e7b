// SPDX-License-Identifier: Apache-2.0
#include "story/story_index.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace tocsin::story {
namespace {

/// A sum of nothing yet, which even a square of zero makes another number; numbers are told apart
/// by their bits, which takes less time than comparing them.
constexpr float not_found = -0.0F;
constexpr float forgotten = -std::numeric_limits<float>::infinity();

bool is_same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

/// What is followed soon.
void start_to_load(std::span<const StoryIndex::Slot> places) {
  constexpr std::size_t line = 64;  // bytes that memory hands over at once
  constexpr std::size_t of_a_line = line / sizeof(StoryIndex::Slot);
  for (std::size_t i = 0; i < places.size(); i += of_a_line) __builtin_prefetch(&places[i], 1);
}

}  // namespace

StoryIndex::Slot StoryIndex::open() {
  if (free_.empty()) {
    promises_.push_back(not_found);
    return static_cast<Slot>(promises_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  promises_[slot] = not_found;
  return slot;
}

void StoryIndex::add(std::uint32_t word, Slot slot) {
  Places& places = places_[word];
  if (places.size() == places.capacity()) drop_forgotten(places);
  places.push_back(slot);
}

void StoryIndex::forget(Slot slot) {
  constexpr std::size_t few = 64;
  promises_[slot] = forgotten;
  forgotten_.push_back(slot);
  const std::size_t open = promises_.size() - free_.size() - forgotten_.size();
  if (forgotten_.size() > few + open / 4) sweep();
}

void StoryIndex::drop_forgotten(Places& places) const {
  std::erase_if(places, [this](Slot slot) { return is_same(promises_[slot], forgotten); });
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

/// All at once, before any is followed: the words of a window are in no near cache, and lookups
/// that do not wait for each other wait together.
void StoryIndex::look_up(std::span<const Clue> clues) {
  lists_.clear();
  for (const Clue& clue : clues) {
    const auto places = places_.find(clue.hash);
    if (places == places_.end()) continue;
    Places& list = places.value();
    __builtin_prefetch(list.data() + list.size(), 1);  // where `add` goes on, as a rule
    lists_.emplace_back(&list, clue.square);
  }
}

/// The promises of 100,000 stories are in no nearest cache.
void StoryIndex::start_to_load_promises(std::span<const Slot> places) const {
  for (const Slot slot : places.first(std::min(places.size(), most_ahead)))
    __builtin_prefetch(&promises_[slot], 1);
}

/// Without a branch on whether a story is new to the search, or forgotten, which would be guessed
/// wrong too often.
std::size_t StoryIndex::follow(Places& places, float square, std::size_t most) {
  const std::size_t count = places.size();
  const std::size_t begin = count - std::min(count, most);
  Slot* const all = places.data();
  float* const promises = promises_.data();
  std::size_t next = found_count_;
  std::size_t kept = begin;
  for (std::size_t i = begin; i < count; ++i) {
    if (i + most_ahead < count) __builtin_prefetch(&promises[all[i + most_ahead]], 1);
    const Slot slot = all[i];
    const float before = promises[slot];
    promises[slot] = before + square;
    found_[next] = slot;
    next += is_same(before, not_found) ? 1U : 0U;
    all[kept] = slot;
    kept += is_same(before, forgotten) ? 0U : 1U;
  }
  found_count_ = next;
  places.resize(kept);
  return kept - begin;
}

std::span<const StoryIndex::Slot> StoryIndex::most_promising(std::span<const Clue> clues,
                                                             std::size_t limit) {
  found_count_ = 0;
  look_up(clues);
  std::size_t left = most_places;
  const auto to_follow = [this, &left](std::size_t list) {
    if (list >= lists_.size()) return std::span<const Slot>{};
    const std::span<const Slot> places{*lists_[list].first};
    return places.last(std::min(places.size(), left));
  };
  for (std::size_t i = 0; i < lists_.size() && left > 0; ++i) {
    start_to_load(to_follow(i + 4));
    start_to_load_promises(to_follow(i + 2));
    const auto& [places, square] = lists_[i];
    const bool is_whole = places->size() <= left;
    left -= follow(*places, square, left);
    if (!is_whole) break;
  }
  return best_found(limit);
}

/// The least of any `limit` promises will do. The first were found by the heaviest clues, so that
/// most others fall short of it.
float StoryIndex::bar_of(std::size_t limit) const {
  constexpr float below_all = -1;
  if (found_count_ < limit) return below_all;
  float least = std::numeric_limits<float>::max();
  for (std::size_t at = 0; at < limit; ++at) least = std::min(least, promises_[found_[at]]);
  return std::nextafter(least, below_all);
}

/// What was found last comes first: its stories are the newest, and stay ahead of their equals.
std::span<const StoryIndex::Slot> StoryIndex::best_found(std::size_t limit) {
  ranked_.clear();
  float bar = bar_of(limit);
  for (std::size_t at = found_count_; at-- > 0;) {
    const Slot slot = found_[at];
    const float promise = std::exchange(promises_[slot], not_found);
    if (promise <= bar) continue;
    if (ranked_.size() < limit) ranked_.emplace_back();
    auto place = std::prev(ranked_.end());
    for (; place != ranked_.begin() && std::prev(place)->promise < promise; --place)
      *place = *std::prev(place);
    *place = {.promise = promise, .slot = slot};
    if (ranked_.size() == limit) bar = std::max(bar, ranked_.back().promise);
  }
  best_.clear();
  for (const Found& found : ranked_) best_.push_back(found.slot);
  return best_;
}

}  // namespace tocsin::story
