// SPDX-License-Identifier: Apache-2.0
#include "story/story_book.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <utility>

#include "base/digest.hpp"
#include "base/time_format.hpp"
#include "story/comparison.hpp"
#include "story/signature.hpp"
#include "story/story_pages.hpp"

namespace tocsin::story {
namespace {

/// What the decision stands on.
struct Found {
  const Story* story = nullptr;  ///< Null: none to join.
  Reason reason;
};

std::vector<std::uint32_t> hashes_of(const std::vector<std::string>* words) {
  std::vector<std::uint32_t> hashes;
  if (words == nullptr) return hashes;
  for (const std::string& word : *words) {
    hashes.push_back(static_cast<std::uint32_t>(hash_of(word) >> 32U));
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

/// Comparison forms of an item's words, each at its word's place.
using Spelt = std::span<const std::string_view>;

std::vector<std::string> heaviest(std::vector<SharedWord> shared, const Features& item,
                                  Spelt spelt) {
  constexpr std::size_t most_told = 8;
  const std::size_t count = std::min(shared.size(), most_told);
  std::partial_sort(shared.begin(), shared.begin() + static_cast<std::ptrdiff_t>(count),
                    shared.end(), [](const SharedWord& a, const SharedWord& b) {
                      return a.share != b.share ? a.share > b.share : a.hash < b.hash;
                    });
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) {
    const auto at =
        std::lower_bound(item.words.begin(), item.words.end(), shared[i].hash,
                         [](const Word& word, std::uint32_t sought) { return word.hash < sought; });
    words.emplace_back(spelt[static_cast<std::size_t>(at - item.words.begin())]);
  }
  return words;
}

bool has_word(const Story& story, std::uint32_t hash) {
  const auto at = std::lower_bound(
      story.words.begin(), story.words.end(), hash,
      [](const StoryWord& word, std::uint32_t sought) { return word.hash() < sought; });
  return at != story.words.end() && at->hash() == hash;
}

/// Names of the item that the story does not have.
std::vector<std::string> names_beyond(const Features& item, Spelt spelt, const Story* story) {
  constexpr std::size_t most_told = 16;
  std::vector<std::string> names;
  names.reserve(most_told);
  for (std::size_t i = 0; i < item.words.size() && names.size() < most_told; ++i) {
    const Word& word = item.words[i];
    if (!word.is_name) continue;
    if (story == nullptr || !has_word(*story, word.hash)) names.emplace_back(spelt[i]);
  }
  return names;
}

double decay(Time published, const Story& story, const StoryOptions& options) {
  const std::chrono::duration<double, std::ratio<3600>> apart{
      std::chrono::abs(published - story.published)};
  const std::chrono::duration<double, std::ratio<3600>> half_life{options.half_life};
  return std::exp2(-apart / half_life);
}

/// A story of many items has something in common with anything of its field: the bar rises by a
/// tenth each time it doubles from eight items on. Without it the pandemic of 2020 was one story
/// of 2,281 items; with it the largest has 596.
double breadth(const Story& story) {
  constexpr double slope = 0.1;
  constexpr int narrow = 8;
  if (story.items <= narrow) return 1;
  return 1 + slope * std::log2(static_cast<double>(story.items) / narrow);
}

/// Looks at each candidate in turn and keeps what it is best to join.
class Search {
 public:
  /// `without` (sorted hashes) is what counts for nothing but copies.
  Search(const Features& item, Time published, const std::vector<std::uint32_t>& without,
         const StoryOptions& options)
      : item_{item},
        published_{published},
        without_{without},
        options_{options},
        comparison_{item, without} {}

  void look_at(const Story& story) {
    const Likeness likeness = comparison_.with(story);
    // Signatures are near by chance too; a copy shares the words as well.
    if (likeness.all >= options_.same_event) look_for_copy(story, likeness.all);
    if (likeness.telling <= similar_.reason.similarity) return;  // the rest only takes off
    const double similarity =
        likeness.telling * decay(published_, story, options_) / breadth(story);
    if (similarity <= similar_.reason.similarity) return;
    similar_.story = &story;
    similar_.reason.similarity = similarity;
  }

  [[nodiscard]] Found result(Spelt spelt) {
    Found& found = copy_.story != nullptr ? copy_ : similar_;
    if (found.story == nullptr) return {};
    const bool is_copy = &found == &copy_;
    const std::vector<std::uint32_t> nothing;
    found.reason.shared =
        heaviest(shared_words(item_, *found.story, is_copy ? nothing : without_), item_, spelt);
    if (is_copy) return std::move(found);
    if (found.reason.similarity >= options_.same_event) {
      found.reason.joined = Joined::same_event;
    } else {
      found.story = nullptr;  // the nearest, and not near enough
    }
    return std::move(found);
  }

 private:
  void look_for_copy(const Story& story, double likeness) {
    for (const Copy& copy : copies_in(story, item_, options_)) {
      const bool is_near = copy.distance >= 0;
      const bool is_better = copy_.story == nullptr || rank(copy) < rank_;
      if (!is_better) continue;
      rank_ = rank(copy);
      copy_ = {.story = &story,
               .reason = {.joined = is_near ? Joined::copy : Joined::part,
                          .similarity = likeness,
                          .distance = copy.distance,
                          .like = copy.member->number,
                          .shared = {},
                          .agency = {}}};
    }
  }

  /// The fewest bits first, then what is only a part.
  static int rank(const Copy& copy) {
    constexpr int of_a_part = 65;
    return copy.distance >= 0 ? copy.distance : of_a_part;
  }

  const Features& item_;
  Time published_;
  const std::vector<std::uint32_t>& without_;
  const StoryOptions& options_;
  Comparison comparison_;
  Found copy_;
  Found similar_;
  int rank_ = 0;
};

}  // namespace

StoryBook::StoryBook(StoryOptions options, InverseDocumentFrequency idf)
    : pages_{std::make_unique<Pages>(options, std::move(idf))} {}

StoryBook::StoryBook(StoryBook&&) noexcept = default;
StoryBook& StoryBook::operator=(StoryBook&&) noexcept = default;
StoryBook::~StoryBook() = default;

Placement StoryBook::place(const StoryItem& item) {
  pages_->close_before(item.seen - pages_->options().window);
  std::vector<std::string> crowded_out = pages_->make_room();
  FeatureReader& reader = pages_->reader();
  Features features = reader.read_words(item.text);
  const std::vector<std::uint32_t> without = hashes_of(item.topic_words);
  const auto candidates = pages_->candidates(features, without);
  reader.sign(features);
  Search search{features, item.published, without, pages_->options()};
  for (const auto slot : candidates) search.look_at(pages_->story(slot));
  Found found = search.result(reader.spelt());
  Reason reason = std::move(found.reason);
  reason.agency = features.agency;
  std::vector<std::string> names = names_beyond(features, reader.spelt(), found.story);
  std::string story_id =
      found.story != nullptr
          ? found.story->id
          : sha256_hex_of_parts({item.id, item.text.outlet, to_rfc3339(item.published)}, 16);
  PlacedItem placed{.number = item.number,
                    .story_id = std::move(story_id),
                    .outlet = std::string{item.text.outlet},
                    .features = std::move(features),
                    .published = item.published,
                    .seen = item.seen};
  Placement placement = pages_->add(placed);
  placement.reason = std::move(reason);
  placement.new_names = std::move(names);
  placement.crowded_out = std::move(crowded_out);
  placement.features = std::move(placed.features);
  return placement;
}

Placement StoryBook::restore(const PlacedItem& item) {
  return pages_->add(item);
}

int StoryBook::sources_between(std::string_view story_id, Time from, Time to) const {
  const Story* story = pages_->find(story_id);
  if (story == nullptr) return 0;
  std::set<int> sources;
  for (const Member& member : story->members) {
    if (member.published >= from && member.published <= to) sources.insert(member.source);
  }
  return static_cast<int>(sources.size());
}

void StoryBook::forget(std::string_view story_id) {
  pages_->forget(story_id);
}

void StoryBook::forget_all() {
  pages_->forget_all();
}

std::size_t StoryBook::remembered_items() const {
  return pages_->items();
}

std::size_t StoryBook::open_stories() const {
  return pages_->stories();
}

}  // namespace tocsin::story
