// SPDX-License-Identifier: Apache-2.0
#include "topics/suggest.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::topics {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Background ordinary_news() {
  std::vector<std::string> items;
  for (int i = 0; i < 200; ++i)
    items.push_back(fmt::format("The minister met the press in town {} after the vote.", i));
  return Background::build(items, "en", "ours");
}

/// Two subjects in three paragraphs each, one heading, and one paragraph like no other.
SeedCorpus two_subjects() {
  SeedCorpus corpus{.folder = "seeds"};
  for (int i = 0; i < 3; ++i)
    corpus.documents.push_back(
        {.number = fmt::format("00{}", i),
         .paragraphs = {
             fmt::format("Grey wolves crossed the valley number {} at night and took many sheep "
                         "from the shepherd there.",
                         i),
             fmt::format("Sailors saw the harbour number {} burn, and the quay beside the harbour "
                         "burn with its cranes.",
                         i)}});
  corpus.documents[2].paragraphs.emplace_back("A heading");
  corpus.documents[2].paragraphs.emplace_back(
      "Quasars outshine their galaxies by far, which telescopes with large mirrors can tell.");
  return corpus;
}

TEST(SuggestGroups, PutsParagraphsOnTheSameSubjectTogether) {
  const Background background = ordinary_news();
  const auto groups = suggest_groups(two_subjects(), background, nullptr);
  ASSERT_TRUE(groups) << groups.error().message;
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_THAT((*groups)[0].passages, ElementsAre("000#1", "001#1", "002#1"));
  EXPECT_THAT((*groups)[1].passages, ElementsAre("000#2", "001#2", "002#2"));
}

TEST(SuggestGroups, NamesAGroupByWhatItsParagraphsShare) {
  const Background background = ordinary_news();
  const auto groups = suggest_groups(two_subjects(), background, nullptr);
  ASSERT_TRUE(groups);
  EXPECT_THAT((*groups)[1].terms, Contains("harbour"));
  EXPECT_THAT((*groups)[1].id, HasSubstr("harbour"));
}

TEST(SuggestGroups, MakeAManifestThatIsRead) {
  const Background background = ordinary_news();
  const SeedCorpus corpus = two_subjects();
  const auto groups = suggest_groups(corpus, background, nullptr);
  ASSERT_TRUE(groups);
  Diagnostics diagnostics;
  const auto manifest = parse_manifest(to_manifest(*groups, corpus), "manifest.toml", diagnostics);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(manifest->topics.size(), 2U);
  EXPECT_EQ(manifest->topics[0].id, (*groups)[0].id);
  EXPECT_EQ(manifest->topics[0].from.size(), 3U);
}

TEST(SuggestGroups, SayThatNothingIsAlike) {
  const Background background = ordinary_news();
  SeedCorpus corpus = two_subjects();
  corpus.documents.resize(1);
  const auto groups = suggest_groups(corpus, background, nullptr);
  ASSERT_FALSE(groups);
  EXPECT_THAT(groups.error().message, HasSubstr("no 3 paragraphs are alike"));
}

TEST(SuggestGroups, RefuseMoreParagraphsThanTheTimeAllows) {
  const Background background = ordinary_news();
  SeedCorpus corpus{.folder = "seeds", .documents = {{.number = "000"}}};
  for (std::size_t i = 0; i <= max_suggest_paragraphs; ++i)
    corpus.documents[0].paragraphs.push_back(fmt::format(
        "The wolves of valley number {} came in the night and took one or two sheep away.", i));
  const auto groups = suggest_groups(corpus, background, nullptr);
  ASSERT_FALSE(groups);
  EXPECT_EQ(groups.error().code, Errc::too_large);
}

}  // namespace
}  // namespace tocsin::topics
