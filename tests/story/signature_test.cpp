// SPDX-License-Identifier: Apache-2.0
#include "story/signature.hpp"

#include <gtest/gtest.h>

namespace tocsin::story {
namespace {

constexpr std::string_view lead =
    "Police in Antwerp arrested four people on Tuesday after searching nine homes in an inquiry "
    "into a suspected plot, the federal prosecutor said. Two of the detained were released without "
    "charge in the evening, and the other two will appear before an investigating judge.";

TEST(Signature, OfACopyWithOneWordChangedIsNear) {
  std::string edited{lead};
  edited.replace(edited.find("Tuesday"), 7, "Monday");
  const auto ours = simhash(story_words("", lead));
  const auto theirs = simhash(story_words("", edited));
  EXPECT_LE(hamming_distance(ours, theirs), 12);
}

TEST(Signature, OfAnotherSubjectIsFar) {
  const auto ours = simhash(story_words("Four held in Antwerp searches", lead));
  const auto theirs =
      simhash(story_words("Rates held",
                          "The central bank left its main rate unchanged on Thursday and said that "
                          "inflation would return to its target by the end of next year."));
  EXPECT_GT(hamming_distance(ours, theirs), 12);
}

TEST(Signature, OfFewerThanTwoWordsIsNone) {
  EXPECT_EQ(simhash(story_words("", "")), 0U);
  EXPECT_EQ(simhash(story_words("Antwerp", "")), 0U);
}

TEST(StoryWords, MarkNamesButNotFirstWordsOfSentences) {
  const auto words = story_words("", "Police searched Antwerp.");
  ASSERT_EQ(words.size(), 3U);
  EXPECT_FALSE(words[0].is_name);
  EXPECT_FALSE(words[1].is_name);
  EXPECT_TRUE(words[2].is_name);
}

TEST(WireCredit, IsReadFromADatelineAndFromTheLastLine) {
  EXPECT_EQ(wire_credit("BRUSSELS (AP) - Police in Antwerp arrested four people."), "ap");
  EXPECT_EQ(wire_credit("Police arrested four people. Reporting by Reuters"), "reuters");
}

TEST(WireCredit, IsNotReadOutOfAnotherWord) {
  EXPECT_EQ(wire_credit("The AFPA union and reutersward street were mentioned."), "");
}

}  // namespace
}  // namespace tocsin::story
