// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "story/features.hpp"

namespace tocsin::story {

/// The store's number of an item.
using ItemNumber = std::int64_t;

struct StoryOptions {
  std::chrono::milliseconds window{
      std::chrono::hours{72}};         ///< Open this long after its last item.
  std::size_t window_items = 100'000;  ///< Most items remembered: the quietest stories go first.
  int near_distance = 12;    ///< Bits of 64 that two signatures of near-copies may differ in.
  double same_event = 0.26;  ///< Least cosine between an item and a story.
  std::chrono::hours half_life{48};  ///< The cosine halves with each such span between the dates.
};

/// An item on its way into a story. Borrowed for the call.
struct StoryItem {
  ItemNumber number = 0;
  std::string_view id;  ///< Its identity; with outlet and date it names a story it opens.
  StoryText text;
  Time published;
  Time seen;  ///< When it is placed: what windows are counted from.
  /// Comparison forms of the words that made a topic fire. Every item of the topic has them, so
  /// they do not tell its events apart and count for nothing when a story is looked for.
  const std::vector<std::string>* topic_words = nullptr;
};

/// An item as it was placed before.
struct PlacedItem {
  ItemNumber number = 0;
  std::string story_id;
  std::string outlet;
  Features features;
  Time published;
  Time seen;
};

enum class StoryStatus : std::uint8_t { first, corroborated, update, duplicate };

[[nodiscard]] std::string_view to_string(StoryStatus status);

/// How an item came to its story.
enum class Joined : std::uint8_t {
  opened,      ///< No story was like it.
  copy,        ///< A member has the same text, but for a few words.
  part,        ///< A member holds its text, or the other way round.
  same_event,  ///< Names and words agree.
  by_hand      ///< An editor put it there.
};

[[nodiscard]] std::string_view to_string(Joined joined);
/// `opened` and `first` for words that are none.
[[nodiscard]] Joined joined_of(std::string_view word);
[[nodiscard]] StoryStatus status_of(std::string_view word);

/// Why an item is where it is: what alerts and `story show` tell.
struct Reason {
  Joined joined = Joined::opened;
  double similarity = 0;  ///< Cosine with the story before the item joined; with the best one it
                          ///< did not join, for `opened`.
  int distance = -1;      ///< Bits between the signatures of the copies; −1 for no copy.
  ItemNumber like = 0;    ///< The near-copy; 0 for none.
  std::vector<std::string> shared;  ///< Words that weigh most in the similarity, at most 8.
  std::string agency;               ///< Whose copy it is, when a credit says so.
};

/// One sentence: "duplicate: the text is the same but for 3 of 64 bits (cosine 0.98: veldora)".
[[nodiscard]] std::string why(StoryStatus status, const Reason& reason);

/// Where an item stands in its story, counting itself.
struct Placement {
  std::string story_id;
  int position = 1;
  int outlets = 1;
  int independent_sources = 1;  ///< Copies and items with one agency's credit are one source.
  int source = 0;               ///< Number of the item's source within the story.
  StoryStatus status = StoryStatus::first;
  Reason reason;
  std::vector<ItemNumber> similar;       ///< Near-copies, oldest first, at most 10.
  std::vector<std::string> new_names;    ///< Names that no earlier item of the story has.
  std::vector<std::string> crowded_out;  ///< Open stories forgotten since the window was full.
  Features features;                     ///< For the store.
};

/// Remembers the stories of the last days and finds each new item's place among them.
///
/// Single pass: an item joins the story of its nearest near-copy, else the open story that it is
/// most like, else it opens one. Time and memory are bounded by the window. Deterministic given the
/// order of calls. Thread: its owner's only. What it knows is rebuilt with `restore` from what the
/// store holds: at start, and after a transaction that failed.
class StoryBook {
 public:
  StoryBook(StoryOptions options, InverseDocumentFrequency idf);
  StoryBook(StoryBook&&) noexcept;
  StoryBook& operator=(StoryBook&&) noexcept;
  StoryBook(const StoryBook&) = delete;
  StoryBook& operator=(const StoryBook&) = delete;
  ~StoryBook();

  /// Finds the item's story, or opens one, and remembers the item there.
  Placement place(const StoryItem& item);

  /// Puts an item into the story it was stored with, without deciding anew. Items of one story in
  /// the order they were placed. What is told of copies and sources is as `place` told it.
  Placement restore(const PlacedItem& item);

  /// How many independent sources told the story from `from` to `to`, by their dates.
  [[nodiscard]] int sources_between(std::string_view story_id, Time from, Time to) const;

  void forget(std::string_view story_id);
  void forget_all();

  [[nodiscard]] std::size_t remembered_items() const;
  [[nodiscard]] std::size_t open_stories() const;

 private:
  class Pages;  // stories, members and the index over them

  std::unique_ptr<Pages> pages_;
};

}  // namespace tocsin::story
