// SPDX-License-Identifier: Apache-2.0
#include "story/signature.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace tocsin::story {
namespace {

constexpr std::string_view lead =
    "police in antwerp arrested four people on tuesday after searching nine homes in an inquiry "
    "into a suspected plot the federal prosecutor said two of the detained were released without "
    "charge in the evening and the other two will appear before an investigating judge";
constexpr std::string_view rates =
    "the central bank left its main rate unchanged on thursday and said that inflation would "
    "return to its target by the end of next year";

std::vector<std::uint64_t> words(std::string_view text) {
  std::vector<std::uint64_t> hashes;
  std::istringstream stream{std::string{text}};
  for (std::string word; stream >> word;) hashes.push_back(hash_of(word));
  return hashes;
}

TEST(Signature, OfACopyWithOneWordChangedIsNear) {
  std::string edited{lead};
  edited.replace(edited.find("tuesday"), 7, "monday");
  EXPECT_LE(hamming_distance(simhash(words(lead)), simhash(words(edited))), 12);
}

TEST(Signature, OfAnotherSubjectIsFar) {
  EXPECT_GT(hamming_distance(simhash(words(lead)), simhash(words(rates))), 12);
}

TEST(Signature, OfFewerThanTwoWordsIsNone) {
  EXPECT_EQ(simhash(words("")), 0U);
  EXPECT_EQ(simhash(words("antwerp")), 0U);
}

TEST(Signature, CountsMorePairsThanAByteHolds) {
  std::string often;
  for (int i = 0; i < 400; ++i) often += "rain falls ";
  const auto twice = simhash(words(often));
  EXPECT_LE(hamming_distance(twice, simhash(words(often + often))), 1);
  EXPECT_NE(twice, 0U);
}

TEST(Passages, TellAShortenedCopyFromItsWhole) {
  const auto whole = words(lead);
  const std::vector<std::uint64_t> half{whole.begin(), whole.begin() + 30};
  EXPECT_TRUE(share_text(passages_of(whole), passages_of(half)));
  EXPECT_FALSE(share_text(passages_of(whole), passages_of(words(rates))));
}

TEST(Passages, OfTooFewWordsShareNothing) {
  EXPECT_FALSE(share_text(passages_of(words("rain fell")), passages_of(words("rain fell"))));
}

}  // namespace
}  // namespace tocsin::story
