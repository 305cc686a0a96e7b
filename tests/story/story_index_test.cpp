// SPDX-License-Identifier: Apache-2.0
#include "story/story_index.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace tocsin::story {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::size_t all = 16;

StoryIndex::Slot with_words(StoryIndex& index, const std::vector<std::uint32_t>& words) {
  const StoryIndex::Slot slot = index.open();
  for (const std::uint32_t word : words) index.add(word, slot);
  return slot;
}

std::vector<StoryIndex::Slot> promising(StoryIndex& index,
                                        const std::vector<StoryIndex::Clue>& clues,
                                        std::size_t limit = all) {
  const auto found = index.most_promising(clues, limit);
  return {found.begin(), found.end()};
}

TEST(StoryIndex, RanksStoriesByWhatTheirWordsWeigh) {
  StoryIndex index;
  const auto light = with_words(index, {3});
  const auto both = with_words(index, {1, 3});
  const auto heavy = with_words(index, {1});
  EXPECT_THAT(promising(index, {{1, 0.5F}, {3, 0.25F}}), ElementsAre(both, heavy, light));
}

TEST(StoryIndex, KeepsTheBestWhenThereAreMoreThanWanted) {
  StoryIndex index;
  with_words(index, {3});
  const auto best = with_words(index, {1, 3});
  with_words(index, {3});
  EXPECT_THAT(promising(index, {{3, 0.25F}, {1, 0.125F}}, 1), ElementsAre(best));
}

TEST(StoryIndex, PrefersTheNewestOfEqualStories) {
  StoryIndex index;
  const auto oldest = with_words(index, {1});
  const auto middle = with_words(index, {1});
  const auto newest = with_words(index, {1});
  EXPECT_THAT(promising(index, {{1, 0.5F}}), ElementsAre(newest, middle, oldest));
}

TEST(StoryIndex, CountsNothingOfAnEarlierSearch) {
  StoryIndex index;
  const auto one = with_words(index, {1, 3});
  const auto other = with_words(index, {2, 3});
  EXPECT_THAT(promising(index, {{1, 0.5F}}), ElementsAre(one));
  EXPECT_THAT(promising(index, {{2, 0.25F}, {3, 0.25F}}), ElementsAre(other, one));
}

TEST(StoryIndex, FindsAStoryOnceHoweverLittleItsWordsWeigh) {
  StoryIndex index;
  const auto story = with_words(index, {1, 2, 3});
  EXPECT_THAT(promising(index, {{1, 0}, {2, 0}, {3, 0.5F}}), ElementsAre(story));
}

TEST(StoryIndex, LooksAtTheNewestStoriesOfAWordThatVeryManyHave) {
  StoryIndex index;
  const auto oldest = with_words(index, {1, 2});
  StoryIndex::Slot newest = oldest;
  for (int i = 0; i < 5000; ++i) newest = with_words(index, {1});
  EXPECT_THAT(promising(index, {{1, 0.5F}}, 1), ElementsAre(newest));
  EXPECT_THAT(promising(index, {{1, 0.5F}}, 5000), Not(Contains(oldest)));
}

TEST(StoryIndex, ForgetsAStory) {
  StoryIndex index;
  const auto gone = with_words(index, {1});
  const auto kept = with_words(index, {1});
  index.forget(gone);
  EXPECT_THAT(promising(index, {{1, 0.5F}}), ElementsAre(kept));
  index.forget(kept);
  EXPECT_THAT(promising(index, {{1, 0.5F}}), IsEmpty());
}

TEST(StoryIndex, DoesNotTakeAStoryForAnEarlierOneOfItsSlot) {
  StoryIndex index;
  for (int i = 0; i < 1000; ++i) {
    index.forget(with_words(index, {1}));
    with_words(index, {2});
    EXPECT_THAT(promising(index, {{1, 0.5F}}), IsEmpty());
  }
}

TEST(StoryIndex, UsesSlotsAgain) {
  StoryIndex index;
  StoryIndex::Slot largest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto slot = with_words(index, {1, 2, 3});
    largest = std::max(largest, slot);
    index.forget(slot);
  }
  EXPECT_LT(largest, 100U);
}

}  // namespace
}  // namespace tocsin::story
