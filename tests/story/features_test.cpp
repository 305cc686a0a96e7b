// SPDX-License-Identifier: Apache-2.0
#include "story/features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tocsin::story {
namespace {

struct Read : Features {
  std::vector<std::string> spelt;
};

Read features(std::string_view title, std::string_view text) {
  FeatureReader reader{[](std::string_view) {
    return 1.0;
  }};
  Read item{reader.read({.title = title, .text = text, .outlet = "courier.example", .source = {}}),
            {}};
  item.spelt.assign(reader.spelt().begin(), reader.spelt().end());
  return item;
}

const Word& word(const Read& item, const std::string& spelt) {
  const auto at = std::find(item.spelt.begin(), item.spelt.end(), spelt);
  return item.words.at(static_cast<std::size_t>(at - item.spelt.begin()));
}

TEST(Features, MarkNamesButNotFirstWordsOfSentences) {
  const auto item = features("", "Police searched Antwerp on a grey day in spring.");
  EXPECT_TRUE(word(item, "antwerp").is_name);
  EXPECT_FALSE(word(item, "police").is_name);
  EXPECT_GT(word(item, "antwerp").weight, word(item, "police").weight);
}

TEST(Features, TakeCapitalsForNothingWhereMostWordsHaveThem) {
  const auto item = features("Police Search Nine Homes In City Plot Inquiry", "rain fell");
  EXPECT_FALSE(word(item, "homes").is_name);
}

TEST(Features, LeaveOutCredits) {
  const auto item = features("", "KESSEL (Reuters) - Nine people died. (Reporting by Dana Weiss)");
  EXPECT_EQ(std::count(item.spelt.begin(), item.spelt.end(), "reuters"), 0);
  EXPECT_EQ(std::count(item.spelt.begin(), item.spelt.end(), "weiss"), 0);
  EXPECT_EQ(std::count(item.spelt.begin(), item.spelt.end(), "kessel"), 1);
  EXPECT_EQ(item.agency, "reuters");
}

TEST(Features, AreOfBoundedSize) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "w" + std::to_string(i) + " ";
  EXPECT_LE(features("", text).words.size(), Features::most_words);
  EXPECT_LE(encode(features("", text)).size(), 600U);
}

TEST(Features, AreTheSameOnceStoredAndRead) {
  const auto item = features("Four held in Antwerp",
                             "BRUSSELS (AP) - Police in Antwerp arrested four people on Tuesday "
                             "after searching nine homes in an inquiry into a suspected plot.");
  const auto read = decode_features(encode(item)).value();
  EXPECT_EQ(read.words, item.words);
  EXPECT_EQ(read.signature, item.signature);
  EXPECT_EQ(read.passages, item.passages);
  EXPECT_EQ(read.agency, "ap");
}

TEST(Features, AreNotReadFromDamagedBytes) {
  const std::string bytes = encode(features("", "Police in Antwerp arrested four people."));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_features(std::string_view{bytes}.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_features(bytes + "x"));
}

}  // namespace
}  // namespace tocsin::story
