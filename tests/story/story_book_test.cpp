// SPDX-License-Identifier: Apache-2.0
#include "story/story_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tocsin::story {
namespace {

using namespace std::chrono_literals;

constexpr Time noon{std::chrono::sys_days{std::chrono::year{2019} / 3 / 2} + 12h};

constexpr std::string_view raids =
    "Police in Antwerp arrested four people on Tuesday after searching nine homes in an inquiry "
    "into a suspected plot, the federal prosecutor said. Two of the detained were released without "
    "charge in the evening, and the other two will appear before an investigating judge.";
constexpr std::string_view raids_retold =
    "Belgian investigators searched nine homes in Antwerp and took four people into custody over "
    "an alleged plot. The prosecutor in Brussels said that two of them had since been released.";
constexpr std::string_view rates =
    "The central bank left its main rate unchanged on Thursday and said that inflation would "
    "return to its target by the end of next year, sooner than its staff had forecast in spring.";

/// Weighs the words that every text has at nothing and all others alike.
double weight_of(std::string_view word) {
  constexpr std::string_view common =
      " the a an of in on to and by its it that was were had after into over said two other them "
      "four ";
  const std::string padded = " " + std::string{word} + " ";
  return common.find(padded) == std::string_view::npos ? 1.0 : 0.0;
}

/// The number is the id's first digit.
StoryItem item(std::string_view id, std::string_view outlet, std::string_view text, Time when) {
  return {.number = id.front() - '0',
          .id = id,
          .text = {.title = "", .text = text, .outlet = outlet, .source = {}},
          .published = when,
          .seen = when};
}

PlacedItem placed(const StoryItem& item, const Placement& placement) {
  return {.number = item.number,
          .story_id = placement.story_id,
          .outlet = std::string{item.text.outlet},
          .features = decode_features(encode(placement.features)).value(),
          .published = item.published,
          .seen = item.seen};
}

StoryBook empty_book() {
  return StoryBook{StoryOptions{}, weight_of};
}

TEST(StoryBook, OpensAStoryForTheFirstItem) {
  auto book = empty_book();
  const auto placed = book.place(item("1", "Courier", raids, noon));
  EXPECT_EQ(placed.status, StoryStatus::first);
  EXPECT_EQ(placed.position, 1);
  EXPECT_EQ(placed.independent_sources, 1);
}

TEST(StoryBook, CountsACopyAsADuplicateOfOneSource) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  const auto copy = book.place(item("2", "Herald", raids, noon + 1h));
  EXPECT_EQ(copy.story_id, first.story_id);
  EXPECT_EQ(copy.status, StoryStatus::duplicate);
  EXPECT_EQ(copy.outlets, 2);
  EXPECT_EQ(copy.independent_sources, 1);
  EXPECT_EQ(copy.similar, std::vector<ItemNumber>{1});
  EXPECT_EQ(copy.reason.joined, Joined::copy);
  EXPECT_EQ(copy.reason.distance, 0);
  EXPECT_EQ(copy.reason.like, 1);
}

TEST(StoryBook, KnowsACopyUnderANewHeadline) {
  auto book = empty_book();
  StoryItem first = item("1", "Courier", raids, noon);
  first.text.title = "Four held in Antwerp searches";
  StoryItem copy = item("2", "Herald", raids, noon + 1h);
  copy.text.title = "Belgian police detain four in raids on nine homes";
  book.place(first);
  EXPECT_EQ(book.place(copy).status, StoryStatus::duplicate);
}

TEST(StoryBook, CountsAnotherOutletsOwnWordsAsCorroboration) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  const auto other = book.place(item("2", "Herald", raids_retold, noon + 1h));
  EXPECT_EQ(other.story_id, first.story_id);
  EXPECT_EQ(other.status, StoryStatus::corroborated);
  EXPECT_EQ(other.independent_sources, 2);
}

TEST(StoryBook, KeepsOtherEventsApart) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  const auto other = book.place(item("2", "Courier", rates, noon));
  EXPECT_NE(other.story_id, first.story_id);
  EXPECT_EQ(other.status, StoryStatus::first);
}

TEST(StoryBook, DoesNotTakeATopicsOwnWordsForTheSameEvent) {
  auto book = empty_book();
  StoryItem first =
      item("1", "Courier", "Antwerp police plot searches: a bakery burned down.", noon);
  StoryItem other =
      item("2", "Herald", "Antwerp police plot searches: a mayor resigned today.", noon);
  const std::vector<std::string> words{"antwerp", "police", "plot", "searches"};
  first.topic_words = &words;
  other.topic_words = &words;
  const auto opened = book.place(first);
  EXPECT_NE(book.place(other).story_id, opened.story_id);
}

TEST(StoryBook, DoesNotTakeASignatureNearByChanceForACopy) {
  // Every signature is within 64 bits of every other, so only the words can tell these apart.
  StoryBook book{StoryOptions{.near_distance = 64}, weight_of};
  const auto first = book.place(item("1", "Courier", raids, noon));
  EXPECT_NE(book.place(item("2", "Herald", rates, noon)).story_id, first.story_id);
}

TEST(StoryBook, ClosesAStoryAfterItsWindow) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  const auto later = book.place(item("2", "Herald", raids, noon + 80h));
  EXPECT_NE(later.story_id, first.story_id);
  EXPECT_EQ(later.status, StoryStatus::first);
}

TEST(StoryBook, GoesOnAfterARestartWhereItStood) {
  auto before = empty_book();
  const StoryItem opening = item("1", "Courier", raids, noon);
  const auto first = before.place(opening);
  auto after = empty_book();
  after.restore(placed(opening, first));
  const auto copy = after.place(item("2", "Herald", raids, noon + 1h));
  EXPECT_EQ(copy.story_id, first.story_id);
  EXPECT_EQ(copy.position, 2);
}

TEST(StoryBook, ForgetsTheQuietestStoryWhenTheWindowIsFull) {
  StoryBook book{StoryOptions{.window_items = 2}, weight_of};
  const auto quiet = book.place(item("1", "Courier", raids, noon));
  const auto busy = book.place(item("2", "Courier", rates, noon + 1h));
  const auto third = book.place(item("3", "Herald", rates, noon + 2h));
  EXPECT_EQ(third.crowded_out, std::vector<std::string>{quiet.story_id});
  EXPECT_EQ(third.story_id, busy.story_id);
  EXPECT_EQ(third.position, 2);
  EXPECT_LE(book.remembered_items(), 2U);
}

TEST(StoryBook, SaysWhichWordsAnItemJoinedBy) {
  auto book = empty_book();
  book.place(item("1", "Courier", raids, noon));
  const auto other = book.place(item("2", "Herald", raids_retold, noon + 1h));
  EXPECT_EQ(other.reason.joined, Joined::same_event);
  EXPECT_GE(other.reason.similarity, 0.26);
  EXPECT_NE(std::find(other.reason.shared.begin(), other.reason.shared.end(), "antwerp"),
            other.reason.shared.end());
  EXPECT_NE(why(other.status, other.reason).find("corroborated: a source of its own"),
            std::string::npos);
}

TEST(StoryBook, TellsTheNamesThatAreNewToAStory) {
  auto book = empty_book();
  book.place(item("1", "Courier", raids, noon));
  const auto other = book.place(item("2", "Herald", raids_retold, noon + 1h));
  EXPECT_EQ(other.new_names, std::vector<std::string>{"brussels"});
}

TEST(StoryBook, CountsCopiesOfOneAgencyAsOneSource) {
  auto book = empty_book();
  const std::string wire = "BRUSSELS (AP) - " + std::string{raids};
  const std::string rewritten = std::string{raids_retold} + " (AP)";
  book.place(item("1", "Courier", wire, noon));
  const auto other = book.place(item("2", "Herald", rewritten, noon + 1h));
  EXPECT_EQ(other.independent_sources, 1);
  EXPECT_EQ(other.status, StoryStatus::update);
}

TEST(StoryBook, CountsAShortenedCopyAsTheSameSource) {
  auto book = empty_book();
  book.place(item("1", "Courier", raids, noon));
  const auto part = book.place(item("2", "Herald", raids.substr(0, 140), noon + 1h));
  EXPECT_EQ(part.status, StoryStatus::duplicate);
  EXPECT_EQ(part.independent_sources, 1);
}

TEST(StoryBook, CountsTheSourcesOfAStretchOfTime) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  book.place(item("2", "Herald", raids_retold, noon + 5h));
  EXPECT_EQ(book.sources_between(first.story_id, noon, noon + 5h), 2);
  EXPECT_EQ(book.sources_between(first.story_id, noon + 1h, noon + 5h), 1);
  EXPECT_EQ(book.sources_between("none", noon, noon + 5h), 0);
}

TEST(StoryBook, FindsAStoryAgainAmongThousandsOfOthers) {
  auto book = empty_book();
  const auto first = book.place(item("1", "Courier", raids, noon));
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "Village council number " + std::to_string(i) + " met about road " +
                             std::to_string(i * 7) + " and bridge " + std::to_string(i * 13);
    const std::string id = std::to_string(i + 10);
    StoryItem filler = item("9", "Herald", text, noon);
    filler.number = i + 10;
    filler.id = id;
    book.place(filler);
  }
  EXPECT_EQ(book.place(item("2", "Herald", raids_retold, noon + 1h)).story_id, first.story_id);
}

}  // namespace
}  // namespace tocsin::story
