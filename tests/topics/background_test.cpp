// SPDX-License-Identifier: Apache-2.0
#include "topics/background.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin::topics {
namespace {

Background three_items() {
  return Background::build(
      std::vector<std::string>{"Police raid a house. Police say IS men fled.",
                               "Police raid the market; it is quiet.", "The army said: IS fled."},
      "en", "ours");
}

TEST(Background, CountsItemsOccurrencesAndWords) {
  const Background background = three_items();
  EXPECT_EQ(background.item_count(), 3U);
  EXPECT_EQ(background.word_count(), 21U);
  EXPECT_DOUBLE_EQ(background.average_length(), 7.0);
  EXPECT_EQ(background.document_frequency("police"), 2U);
  EXPECT_EQ(background.count("police"), 3U);
}

TEST(Background, CountsPairsInsideASentence) {
  const Background background = three_items();
  EXPECT_EQ(background.document_frequency("police raid"), 2U);
  EXPECT_EQ(background.document_frequency("house police"), 0U);
}

TEST(Background, LeavesOutTermsOfASingleItem) {
  EXPECT_EQ(three_items().find("quiet"), std::nullopt);
}

TEST(Background, CountsAcronymsApartFromTheWord) {
  const Background background = three_items();
  EXPECT_EQ(background.document_frequency("=IS"), 2U);
  EXPECT_EQ(background.document_frequency("is"), 3U);
}

TEST(Background, ReadsBackWhatItWrote) {
  const Background background = three_items();
  const auto read = Background::parse(background.encode());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->encode(), background.encode());
  EXPECT_EQ(read->digest(), background.digest());
  EXPECT_EQ(read->language(), "en");
  EXPECT_EQ(read->attribution(), "ours");
  EXPECT_EQ(read->count("police"), 3U);
}

TEST(Background, RefusesEveryCutOffFile) {
  const std::string bytes = three_items().encode();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(Background::parse(bytes.substr(0, size))) << size;
}

TEST(Background, RefusesBytesBehindTheEnd) {
  EXPECT_FALSE(Background::parse(three_items().encode() + "x"));
}

}  // namespace
}  // namespace tocsin::topics
