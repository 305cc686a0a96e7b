// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "story/story_book.hpp"

namespace tocsin::story {

/// A member of a story, as far as later items are compared with it.
struct Member {
  ItemNumber number = 0;
  std::uint64_t signature = 0;
  Time published;
  int source = 0;  ///< Number of its source within the story.
  std::vector<std::uint32_t> passages;
};

/// A word of a story: the sum of its members' weights, which is above zero. Eight bytes, as these
/// are most of what a window takes.
class StoryWord {
 public:
  StoryWord(std::uint32_t hash, float sum, bool is_name)
      : hash_{hash},
        signed_sum_{is_name ? -sum : sum} {}

  [[nodiscard]] std::uint32_t hash() const { return hash_; }

  [[nodiscard]] float sum() const { return std::fabs(signed_sum_); }

  [[nodiscard]] bool is_name() const { return std::signbit(signed_sum_); }

 private:
  std::uint32_t hash_;
  float signed_sum_;  ///< Below zero for a name.
};

/// What every item is compared with stands first, in one line of memory.
struct alignas(64) Story {
  /// Beyond so many words the lightest are let go, down to three quarters.
  static constexpr std::size_t most_words = 256;
  /// Only the latest members are looked at for copies.
  static constexpr std::size_t most_members = 500;

  std::vector<StoryWord> words;  ///< By hash.
  double norm = 0;               ///< Of the sums.
  Time published;                ///< Of its latest item.
  int items = 0;
  int sources = 0;
  Time seen;  ///< When its latest item was placed.
  ItemNumber latest = 0;
  std::string id;
  std::vector<Member> members;                          ///< As they were placed.
  std::vector<std::pair<std::uint64_t, int>> outlets;   ///< Hash of the outlet → its source.
  std::vector<std::pair<std::uint64_t, int>> agencies;  ///< Likewise.
};

/// A member that has an item's text.
struct Copy {
  const Member* member = nullptr;
  int distance = -1;  ///< Bits; −1 where only passages agree.
};

/// Members of the story with the item's text, as they were placed.
[[nodiscard]] std::vector<Copy> copies_in(const Story& story, const Features& item,
                                          const StoryOptions& options);

}  // namespace tocsin::story
