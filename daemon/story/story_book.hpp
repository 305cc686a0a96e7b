// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "story/signature.hpp"

namespace tocsin::story {

struct StoryOptions {
  std::chrono::hours window{72};       ///< A story is open this long after its latest item.
  std::size_t window_items = 100'000;  ///< The most items remembered; the oldest leave first.
  int near_distance = 12;    ///< Bits of 64 that two signatures of near-copies may differ in.
  double same_event = 0.26;  ///< Least cosine between an item and a story's centroid.
  std::chrono::hours half_life{
      48};  ///< The cosine halves with each such span since the story's latest item.
};

/// How much a word tells: ln(N/df) of a background corpus. Takes a comparison form.
using InverseDocumentFrequency = std::function<double(std::string_view)>;

/// An item on its way into a story. Borrowed for the call.
struct StoryItem {
  std::string_view id;
  std::string_view outlet;  ///< Who published it: the feed's or the source's name.
  std::string_view title;
  std::string_view text;
  Time published;
  /// Comparison forms of the words that made a topic fire. Every item of the topic has them, so
  /// they do not tell its events apart and count for nothing when a story is looked for.
  std::set<std::string, std::less<>> topic_words = {};
};

enum class StoryStatus : std::uint8_t { first, corroborated, update, duplicate };

[[nodiscard]] std::string_view to_string(StoryStatus status);

/// Where an item stands in its story, counting itself.
struct Placement {
  std::string story_id;
  int position = 1;
  int outlets = 1;
  int independent_sources = 1;  ///< Near-copies and items with one wire credit are one source.
  StoryStatus status = StoryStatus::first;
  std::vector<std::string> similar = {};  ///< Ids of near-copies, oldest first, at most 10.
  std::uint64_t signature = 0;            ///< Of the item, for the store.
};

/// Remembers the stories of the last days and finds each new item's place among them.
///
/// Single pass: an item joins the story of its nearest near-copy, else the open story whose
/// centroid it is most like, else it opens one. Deterministic given the order of calls. Thread: its
/// owner's only. What it knows is rebuilt with `restore` from the items the store holds: at start,
/// and after a transaction that failed.
class StoryBook {
 public:
  StoryBook(StoryOptions options, InverseDocumentFrequency idf);

  /// Finds the item's story, or opens one, and remembers the item there.
  Placement place(const StoryItem& item);

  /// Puts an item into the story it was stored with, without deciding anew.
  void restore(const StoryItem& item, const std::string& story_id);

  [[nodiscard]] std::size_t remembered_items() const { return members_.size(); }

  void forget_all();

 private:
  /// Words by weight, unit length, sorted by word.
  using Vector = std::vector<std::pair<std::string, double>>;

  struct Member {
    std::string id;
    std::string story_id;
    std::uint64_t signature = 0;
    Time published;
    int source = 0;  ///< Number of its source within the story.
  };

  struct Story {
    std::map<std::string, double, std::less<>> sum;  ///< Sum of the members' vectors.
    double norm = 0;                                 ///< Of `sum`.
    Time latest;
    int items = 0;
    int sources = 0;
    std::map<std::string, int, std::less<>> outlets;  ///< Outlet → its source number.
    std::map<std::string, int, std::less<>> credits;  ///< Wire agency → its source number.
  };

  void forget_before(Time oldest);
  [[nodiscard]] std::vector<const Member*> near_copies(std::uint64_t signature,
                                                       const Vector& vector) const;
  [[nodiscard]] std::string most_similar_story(const Vector& telling, Time published) const;
  [[nodiscard]] static double cosine(const Vector& vector, const Story& story);
  [[nodiscard]] double similarity(const Vector& vector, const Story& story, Time published) const;
  [[nodiscard]] Vector vector_of(const std::vector<Word>& words) const;
  /// The number of the source that an agency's credit or the outlet has in the story, or −1.
  [[nodiscard]] static int known_source(const StoryItem& item, const Story& story,
                                        const std::string& credit);
  static void take_words(const Vector& vector, Story& story);
  Placement add(const StoryItem& item, const std::string& story_id, const Vector& vector,
                std::uint64_t signature);

  StoryOptions options_;
  InverseDocumentFrequency idf_;
  std::deque<Member> members_;  ///< By arrival.
  std::map<std::string, Story, std::less<>> stories_;
};

}  // namespace tocsin::story
