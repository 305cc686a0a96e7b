// SPDX-License-Identifier: Apache-2.0
#include "story/story_index.hpp"

#include <algorithm>
#include <iterator>

namespace tocsin::story {

void StoryIndex::add(std::uint32_t word, Slot slot) {
  if (slot >= states_.size()) {
    states_.resize(slot + std::size_t{1});
  }
  std::vector<Place>& places = places_[word];
  if (places.size() == places.capacity()) drop_forgotten(places);
  places.push_back({.slot = slot, .generation = states_[slot].generation});
}

void StoryIndex::forget(Slot slot) {
  if (slot >= states_.size()) return;
  ++states_[slot].generation;
  ++forgotten_;
  if (forgotten_ > states_.size()) sweep();
}

void StoryIndex::drop_forgotten(std::vector<Place>& places) {
  std::erase_if(places, [this](const Place& place) { return !is_alive(place); });
}

void StoryIndex::sweep() {
  forgotten_ = 0;
  for (auto word = places_.begin(); word != places_.end();) {
    drop_forgotten(word->second);
    word->second.shrink_to_fit();
    word = word->second.empty() ? places_.erase(word) : std::next(word);
  }
}

void StoryIndex::follow(const std::vector<Place>& places, float square) {
  constexpr std::size_t ahead = 8;  // the states of 100,000 stories are in no near cache
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + ahead < places.size()) __builtin_prefetch(&states_[places[i + ahead].slot], 1);
    const Place& place = places[i];
    State& state = states_[place.slot];
    if (state.generation != place.generation) continue;
    if (state.search != search_) {
      state.search = search_;
      state.promise = 0;
      found_.push_back(place.slot);
    }
    state.promise += square;
  }
}

std::span<const StoryIndex::Slot> StoryIndex::most_promising(std::span<const Clue> clues,
                                                             std::size_t limit) {
  constexpr std::size_t most_places = 2000;
  found_.clear();
  ++search_;
  std::size_t looked_at = 0;
  for (const Clue& clue : clues) {
    const auto places = places_.find(clue.hash);
    if (places == places_.end()) continue;
    looked_at += places->second.size();
    if (looked_at > most_places) break;
    follow(places->second, clue.square);
  }
  return best_found(limit);
}

std::span<const StoryIndex::Slot> StoryIndex::best_found(std::size_t limit) {
  // Ranked where they lie side by side: sorting by what stands in `states_` costs more than the
  // search.
  ranked_.clear();
  for (const Slot slot : found_) ranked_.emplace_back(-states_[slot].promise, slot);
  const std::size_t kept = std::min(limit, ranked_.size());
  std::partial_sort(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(kept),
                    ranked_.end());
  found_.resize(kept);
  std::transform(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(kept),
                 found_.begin(), [](const auto& ranked) { return ranked.second; });
  return found_;
}

}  // namespace tocsin::story
