// SPDX-License-Identifier: Apache-2.0
#include "topics/seed_corpus.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tocsin::topics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseSeed, ReadsFrontMatterAndParagraphs) {
  Diagnostics diagnostics;
  const auto seed = parse_seed(
      "+++\ntitle = \"A raid\"\ndate = 2017-04-28\nlanguage = \"en\"\n+++\n\nOne line\nand its "
      "rest.\n\nTwo.\n",
      "seeds/003-raid.txt", diagnostics);
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->number, "003");
  EXPECT_EQ(seed->name, "003-raid.txt");
  EXPECT_EQ(seed->title, "A raid");
  EXPECT_EQ(seed->date, "2017-04-28");
  EXPECT_THAT(seed->paragraphs, ElementsAre("One line and its rest.", "Two."));
}

TEST(ParseSeed, TellsAnUnknownKeyAtItsPlaceWithASuggestion) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_seed("+++\ntitle = \"A\"\nauthr = \"B\"\n+++\nText.\n", "x.txt", diagnostics));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].line, 3U);
  EXPECT_EQ(diagnostics[0].column, 1U);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("did you mean 'author'?"));
}

TEST(ParseSeed, TakesAShortOpeningLineForTheTitle) {
  Diagnostics diagnostics;
  const auto seed =
      parse_seed("A raid in London\n\nPolice came. They left.\n", "x.txt", diagnostics);
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->title, "A raid in London");
  EXPECT_THAT(seed->paragraphs, ElementsAre("Police came. They left."));
}

TEST(ParseSeed, TakesTheFirstSentenceForTheTitleElse) {
  Diagnostics diagnostics;
  const auto seed = parse_seed("Police came. They left.\n", "x.txt", diagnostics);
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->title, "Police came.");
  EXPECT_THAT(seed->paragraphs, ElementsAre("Police came. They left."));
}

TEST(ParseSeed, RefusesOpenFrontMatterAndEmptyText) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_seed("+++\ntitle = \"A\"\n", "x.txt", diagnostics));
  EXPECT_FALSE(parse_seed("  \n\n", "x.txt", diagnostics));
  EXPECT_EQ(diagnostics.size(), 2U);
}

TEST(ParseManifest, ReadsTopicsAndPassages) {
  Diagnostics diagnostics;
  const auto manifest = parse_manifest(
      "format = 1\n[[topic]]\nid = \"a\"\ntitle = \"A\"\nseverity = 2\nstatus = \"stable\"\n"
      "from = [\"000\", \"001#2\", \"003#2-4\"]\nexclude = [\"b\"]\n",
      "manifest.toml", diagnostics);
  ASSERT_TRUE(manifest);
  const ManifestTopic& topic = manifest->topics.at(0);
  EXPECT_EQ(topic.severity, 2);
  EXPECT_EQ(topic.status, Status::stable);
  ASSERT_EQ(topic.from.size(), 3U);
  EXPECT_EQ(topic.from[0].first, 0U);
  EXPECT_EQ(topic.from[1].last, 2U);
  EXPECT_EQ(topic.from[2].document, "003");
  EXPECT_EQ(topic.from[2].first, 2U);
  EXPECT_EQ(topic.from[2].last, 4U);
}

TEST(ParseManifest, TellsWhatIsNoPassage) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_manifest(
      "format = 1\n[[topic]]\nid = \"a\"\ntitle = \"A\"\nfrom = [\"001#4-2\", \"#1\", \"001#x\"]\n",
      "manifest.toml", diagnostics));
  ASSERT_EQ(diagnostics.size(), 3U);
  EXPECT_EQ(diagnostics[0].line, 5U);
}

TEST(ParseManifest, RefusesASecondTopicOfTheSameId) {
  Diagnostics diagnostics;
  const std::string topic = "[[topic]]\nid = \"a\"\ntitle = \"A\"\nfrom = [\"001\"]\n";
  EXPECT_FALSE(parse_manifest("format = 1\n" + topic + topic, "manifest.toml", diagnostics));
}

}  // namespace
}  // namespace tocsin::topics
