// SPDX-License-Identifier: Apache-2.0
#include "story/story_pages.hpp"

#include <algorithm>
#include <cmath>

#include "story/signature.hpp"

namespace tocsin::story {
namespace {

constexpr int unknown_source = -1;
constexpr std::size_t most_similar_told = 10;

using Sources = std::vector<std::pair<std::uint64_t, int>>;

int source_of(const Sources& sources, std::uint64_t who) {
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [who](const auto& one) { return one.first == who; });
  return found == sources.end() ? unknown_source : found->second;
}

void note_source(Sources& sources, std::uint64_t who, int source) {
  if (source_of(sources, who) == unknown_source) sources.emplace_back(who, source);
}

/// The source that an agency's credit, a copy or the outlet has in the story already.
int known_source(const PlacedItem& item, const Story& story, const std::vector<Copy>& copies) {
  if (!copies.empty()) return copies.front().member->source;
  if (!item.features.agency.empty()) {
    const int source = source_of(story.agencies, hash_of(item.features.agency));
    if (source != unknown_source) return source;
  }
  return source_of(story.outlets, hash_of(item.outlet));
}

StoryStatus status_of(int position, bool is_copy, bool is_new_source) {
  if (position == 1) return StoryStatus::first;
  if (is_copy) return StoryStatus::duplicate;
  return is_new_source ? StoryStatus::corroborated : StoryStatus::update;
}

}  // namespace

StoryBook::Pages::Pages(StoryOptions options, InverseDocumentFrequency idf)
    : options_{options},
      reader_{std::move(idf)},
      slots_{0, IdHash{&stories_}, SameId{&stories_}} {}

const Story* StoryBook::Pages::find(std::string_view id) const {
  const auto found = slots_.find(id);
  return found == slots_.end() ? nullptr : &stories_[*found];
}

std::vector<StoryIndex::Slot> StoryBook::Pages::candidates(
    const Features& item, const std::vector<std::uint32_t>& without) {
  constexpr std::size_t most_candidates = 16;
  // The heaviest words first. Those that made a topic fire find copies, after all others.
  constexpr unsigned hash_bits = 32;
  constexpr std::uint64_t heaviest = UINT16_MAX;
  std::vector<std::uint64_t> order;
  order.reserve(item.words.size());
  for (const Word& word : item.words) {
    const bool is_topics = std::binary_search(without.begin(), without.end(), word.hash);
    const std::uint64_t rank = (is_topics ? heaviest + 1 : 0) + (heaviest - word.weight);
    order.push_back(rank << hash_bits | word.hash);
  }
  std::sort(order.begin(), order.end());
  std::vector<StoryIndex::Clue> clues;
  clues.reserve(order.size());
  for (const std::uint64_t one : order) {
    const auto stored = static_cast<double>(heaviest - (one >> hash_bits & heaviest));
    const auto weight = static_cast<float>(stored / unit_weight);
    clues.push_back({.hash = static_cast<std::uint32_t>(one), .square = weight * weight});
  }
  const auto found = index_.most_promising(clues, most_candidates);
  std::vector<Slot> slots{found.begin(), found.end()};
  start_to_load(slots);
  return slots;
}

/// Comparing an item with stories takes less time than fetching them one after the other.
void StoryBook::Pages::start_to_load(const std::vector<Slot>& slots) const {
  constexpr std::size_t line = 64;
  for (const Slot slot : slots) __builtin_prefetch(&stories_[slot]);
  for (const Slot slot : slots) {
    const std::vector<StoryWord>& words = stories_[slot].words;
    const auto* bytes = reinterpret_cast<const char*>(words.data());
    for (std::size_t at = 0; at < words.size() * sizeof(StoryWord); at += line)
      __builtin_prefetch(bytes + at);
  }
}

Placement StoryBook::Pages::add(const PlacedItem& item) {
  const auto known = slots_.find(std::string_view{item.story_id});
  const bool is_known = known != slots_.end();
  const Slot slot = is_known ? *known : open(item.story_id);
  Story& story = stories_[slot];
  if (is_known) by_age_.erase(age_of(story, slot));
  const std::vector<Copy> copies = copies_in(story, item.features, options_);
  int source = known_source(item, story, copies);
  const bool is_new_source = source == unknown_source;
  if (is_new_source) source = story.sources++;

  Placement placement{.story_id = item.story_id, .position = ++story.items, .source = source};
  placement.status = status_of(placement.position, !copies.empty(), is_new_source);
  for (const Copy& copy : copies) {
    if (placement.similar.size() < most_similar_told)
      placement.similar.push_back(copy.member->number);
  }
  if (!item.features.agency.empty()) {
    note_source(story.agencies, hash_of(item.features.agency), source);
  }
  note_source(story.outlets, hash_of(item.outlet), source);
  placement.outlets = static_cast<int>(story.outlets.size());
  placement.independent_sources = story.sources;
  story.published = std::max(story.published, item.published);
  story.seen = std::max(story.seen, item.seen);
  story.latest = item.number;
  take_member(item, source, story);
  take_words(item.features, story, slot);
  by_age_.insert(by_age_.end(), age_of(story, slot));  // as a rule it is the latest
  return placement;
}

StoryIndex::Slot StoryBook::Pages::open(const std::string& id) {
  const Slot slot = index_.open();
  if (slot == stories_.size()) stories_.emplace_back();
  stories_[slot].id = id;
  slots_.insert(slot);
  return slot;
}

void StoryBook::Pages::take_member(const PlacedItem& item, int source, Story& story) {
  if (story.members.size() == Story::most_members) {
    story.members.erase(story.members.begin());
    --items_;
  }
  story.members.push_back({.number = item.number,
                           .signature = item.features.signature,
                           .published = item.published,
                           .source = source,
                           .passages = item.features.passages});
  ++items_;
}

void StoryBook::Pages::take_words(const Features& item, Story& story, Slot slot) {
  std::vector<StoryWord> words;
  words.reserve(story.words.size() + item.words.size());
  auto there = story.words.begin();
  for (const Word& word : item.words) {
    while (there != story.words.end() && there->hash() < word.hash) words.push_back(*there++);
    const auto weight = static_cast<float>(static_cast<double>(word.weight) / unit_weight);
    if (there != story.words.end() && there->hash() == word.hash) {
      words.emplace_back(word.hash, there->sum() + weight, there->is_name() || word.is_name);
      ++there;
    } else {
      words.emplace_back(word.hash, weight, word.is_name);
      index_.add(word.hash, slot);
    }
  }
  words.insert(words.end(), there, story.words.end());
  story.words = std::move(words);
  if (story.words.size() > Story::most_words) keep_heaviest(story);
  double squares = 0;
  for (const StoryWord& word : story.words) {
    squares += static_cast<double>(word.sum()) * static_cast<double>(word.sum());
  }
  story.norm = std::sqrt(squares);
}

// The index goes on naming the story for a word it let go: a place looked at too many, no more.
void StoryBook::Pages::keep_heaviest(Story& story) {
  constexpr std::size_t kept = Story::most_words / 4 * 3;
  const auto end = story.words.begin() + static_cast<std::ptrdiff_t>(kept);
  std::nth_element(story.words.begin(), end, story.words.end(),
                   [](const StoryWord& a, const StoryWord& b) {
                     return a.sum() != b.sum() ? a.sum() > b.sum() : a.hash() < b.hash();
                   });
  story.words.erase(end, story.words.end());
  std::sort(story.words.begin(), story.words.end(),
            [](const StoryWord& a, const StoryWord& b) { return a.hash() < b.hash(); });
}

void StoryBook::Pages::close_before(Time oldest) {
  while (!by_age_.empty() && std::get<Time>(*by_age_.begin()) < oldest) {
    forget_quietest();
  }
}

std::vector<std::string> StoryBook::Pages::make_room() {
  std::vector<std::string> gone;
  while (items_ >= options_.window_items && !by_age_.empty()) {
    gone.push_back(stories_[std::get<Slot>(*by_age_.begin())].id);
    forget_quietest();
  }
  return gone;
}

void StoryBook::Pages::forget(std::string_view id) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return;
  const Slot slot = *found;
  by_age_.erase(age_of(stories_[slot], slot));
  forget(slot);
}

void StoryBook::Pages::forget_quietest() {
  const auto quietest = by_age_.begin();
  const Slot slot = std::get<Slot>(*quietest);
  by_age_.erase(quietest);
  forget(slot);
}

void StoryBook::Pages::forget(Slot slot) {
  Story& story = stories_[slot];
  items_ -= story.members.size();
  slots_.erase(slot);
  story = {};
  index_.forget(slot);
}

void StoryBook::Pages::forget_all() {
  index_ = {};
  slots_.clear();
  stories_.clear();
  by_age_.clear();
  items_ = 0;
}

}  // namespace tocsin::story
