// SPDX-License-Identifier: Apache-2.0
#include "story/story_book.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/digest.hpp"
#include "base/time_format.hpp"

namespace tocsin::story {
namespace {

constexpr std::size_t most_similar_told = 10;
constexpr int unknown_source = -1;

/// Near-copies keep the text and change the headline, so the signature is the text's, where it is
/// long enough to have one.
std::uint64_t signature_of(const StoryItem& item) {
  constexpr std::size_t enough_words = 12;
  const std::vector<Word> text_words = story_words({}, item.text);
  if (text_words.size() >= enough_words) return simhash(text_words);
  return simhash(story_words(item.title, item.text));
}

}  // namespace

std::string_view to_string(StoryStatus status) {
  switch (status) {
    case StoryStatus::first:
      return "first";
    case StoryStatus::corroborated:
      return "corroborated";
    case StoryStatus::update:
      return "update";
    case StoryStatus::duplicate:
      return "duplicate";
  }
  return "first";
}

StoryBook::StoryBook(StoryOptions options, InverseDocumentFrequency idf)
    : options_{options},
      idf_{std::move(idf)} {}

Placement StoryBook::place(const StoryItem& item) {
  forget_before(item.published - options_.window);
  const std::vector<Word> words = story_words(item.title, item.text);
  const std::uint64_t signature = signature_of(item);
  const Vector vector = vector_of(words);
  const auto copies = near_copies(signature, vector);
  Vector telling = vector;
  std::erase_if(telling,
                [&item](const auto& word) { return item.topic_words.contains(word.first); });
  std::string story_id =
      copies.empty() ? most_similar_story(telling, item.published) : copies.front()->story_id;
  if (story_id.empty()) {
    story_id = sha256_hex_of_parts({item.id, item.outlet, to_rfc3339(item.published)}, 16);
  }
  return add(item, story_id, vector, signature);
}

void StoryBook::restore(const StoryItem& item, const std::string& story_id) {
  const std::vector<Word> words = story_words(item.title, item.text);
  add(item, story_id, vector_of(words), signature_of(item));
}

void StoryBook::forget_all() {
  members_.clear();
  stories_.clear();
}

void StoryBook::forget_before(Time oldest) {
  while (!members_.empty() &&
         (members_.front().published < oldest || members_.size() >= options_.window_items)) {
    members_.pop_front();
  }
  std::erase_if(stories_, [oldest](const auto& story) { return story.second.latest < oldest; });
}

std::vector<const StoryBook::Member*> StoryBook::near_copies(std::uint64_t signature,
                                                             const Vector& vector) const {
  std::vector<const Member*> copies;
  if (signature == 0) return copies;
  for (const Member& member : members_) {
    if (member.signature == 0) continue;
    if (hamming_distance(member.signature, signature) > options_.near_distance) continue;
    const auto story = stories_.find(member.story_id);
    if (story == stories_.end()) continue;
    // In a window of 100,000 items one of fifty is within 12 bits of a stranger by chance; a copy
    // shares the words as well.
    const bool shares_words =
        vector.empty() || cosine(vector, story->second) >= options_.same_event;
    if (shares_words) copies.push_back(&member);
  }
  return copies;
}

std::string StoryBook::most_similar_story(const Vector& telling, Time published) const {
  double best = options_.same_event;
  std::string found;
  for (const auto& [id, story] : stories_) {
    const double here = similarity(telling, story, published);
    if (here >= best) {
      best = here;
      found = id;
    }
  }
  return found;
}

double StoryBook::cosine(const Vector& vector, const Story& story) {
  if (story.norm <= 0) return 0;
  double dot = 0;
  for (const auto& [word, weight] : vector) {
    if (const auto found = story.sum.find(word); found != story.sum.end()) {
      dot += weight * found->second;
    }
  }
  return dot / story.norm;
}

double StoryBook::similarity(const Vector& vector, const Story& story, Time published) const {
  const auto apart = std::chrono::abs(published - story.latest);
  const std::chrono::duration<double, std::ratio<3600>> hours{apart};
  const std::chrono::duration<double, std::ratio<3600>> half_life{options_.half_life};
  return cosine(vector, story) * std::exp2(-hours / half_life);
}

StoryBook::Vector StoryBook::vector_of(const std::vector<Word>& words) const {
  std::map<std::string, double, std::less<>> counts;
  constexpr double name_weight = 2;  // who and where tell events apart better than what
  for (const Word& word : words) counts[word.key] += word.is_name ? name_weight : 1;
  Vector vector;
  double squares = 0;
  for (const auto& [word, count] : counts) {
    const double weight = (1 + std::log(count)) * idf_(word);
    if (weight <= 0) continue;
    vector.emplace_back(word, weight);
    squares += weight * weight;
  }
  const double length = std::sqrt(squares);
  for (auto& [word, weight] : vector) weight /= length;
  return vector;
}

int StoryBook::known_source(const StoryItem& item, const Story& story, const std::string& credit) {
  const auto agency = story.credits.find(credit);
  if (agency != story.credits.end()) return agency->second;
  const auto outlet = story.outlets.find(item.outlet);
  return outlet != story.outlets.end() ? outlet->second : unknown_source;
}

void StoryBook::take_words(const Vector& vector, Story& story) {
  double squares = 0;
  for (const auto& [word, weight] : vector) story.sum[word] += weight;
  for (const auto& [word, weight] : story.sum) squares += weight * weight;
  story.norm = std::sqrt(squares);
}

Placement StoryBook::add(const StoryItem& item, const std::string& story_id, const Vector& vector,
                         std::uint64_t signature) {
  Placement placement{.story_id = story_id, .signature = signature};
  int source = unknown_source;
  for (const Member* copy : near_copies(signature, vector)) {
    if (copy->story_id != story_id) continue;
    if (source == unknown_source) source = copy->source;
    if (placement.similar.size() < most_similar_told) placement.similar.push_back(copy->id);
  }
  Story& story = stories_[story_id];
  const std::string credit = wire_credit(item.text);
  if (source == unknown_source) source = known_source(item, story, credit);
  const bool is_new_source = source == unknown_source;
  if (is_new_source) source = story.sources++;
  if (story.items > 0) {
    placement.status = is_new_source ? StoryStatus::corroborated : StoryStatus::update;
    if (!placement.similar.empty()) placement.status = StoryStatus::duplicate;
  }
  if (!credit.empty()) story.credits.emplace(credit, source);
  story.outlets.emplace(item.outlet, source);
  story.latest = std::max(story.latest, item.published);
  take_words(vector, story);
  members_.push_back({.id = std::string{item.id},
                      .story_id = story_id,
                      .signature = signature,
                      .published = item.published,
                      .source = source});
  placement.position = ++story.items;
  placement.outlets = static_cast<int>(story.outlets.size());
  placement.independent_sources = story.sources;
  return placement;
}

}  // namespace tocsin::story
