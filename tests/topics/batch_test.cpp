// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "topics/derive.hpp"

namespace tocsin::topics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto fires = R"({"id": "fires", "seeds": [{"title": "Fire", "text": "At the quay."}]})";

/// What is read of a batch, and what is told of its lines.
struct Read {
  std::vector<BatchTopic> topics{};
  std::vector<std::string> told{};
};

Read read(const std::string& lines) {
  std::istringstream stream{lines};
  Diagnostics diagnostics;
  Read all{.topics = parse_batch(stream, "seeds.jsonl", diagnostics).value()};
  for (const Diagnostic& one : diagnostics) all.told.push_back(to_line(one));
  return all;
}

TEST(Batch, HoldsATopicALine) {
  const Read all =
      read(std::string{fires} + "\n \r\n" + R"({"id": "wolves", "seeds": []})" + "\r\n");
  ASSERT_EQ(all.topics.size(), 2U);
  EXPECT_EQ(all.topics.front().seeds.at(0).title, "Fire");
  EXPECT_EQ(all.topics.back().line, 3U);
  EXPECT_THAT(all.told, IsEmpty());
}

TEST(Batch, TellsALineThatIsNoneAndReadsTheOthers) {
  for (const auto* const bad :
       {"{", "[]", R"({"id": "x"})", R"({"id": "", "seeds": []})", R"({"id": [], "seeds": []})",
        R"({"id": "x", "seeds": {}})", R"({"id": "x", "seeds": ["text"]})",
        R"({"id": "x", "seeds": [{"text": "cut)",
        R"({"id": "x", "seeds": []}{"id": "y", "seeds": []})"}) {
    const Read all = read(std::string{bad} + "\n" + fires);
    EXPECT_THAT(all.told, ElementsAre(HasSubstr("seeds.jsonl:1: error: no {"))) << bad;
    EXPECT_EQ(all.topics.size(), 1U) << bad;
  }
}

TEST(Batch, TellsAnIdThatWasThereBeforeAndKeepsTheFirst) {
  const Read all = read(std::string{fires} + "\n" + R"({"id": "fires", "seeds": []})");
  EXPECT_THAT(all.told, ElementsAre("seeds.jsonl:2: error: id 'fires' is that of line 1"));
  ASSERT_EQ(all.topics.size(), 1U);
  EXPECT_EQ(all.topics.front().seeds.size(), 1U);
}

TEST(Batch, ReadsWhatIsNearlyJson) {
  const Read all = read(
      "\xEF\xBB\xBF"
      R"({"id": "a\ud800b", "seeds": [{"title": null, "text": "x)"
      "\xFF"
      R"(y"},]})");
  ASSERT_EQ(all.topics.size(), 1U);
  EXPECT_EQ(all.topics.front().name,
            "a\uFFFD"
            "b");
  EXPECT_THAT(all.topics.front().seeds.at(0).paragraphs, ElementsAre("x\uFFFDy"));
}

TEST(Batch, TakesTheParagraphsOfATextApart) {
  const Read all = read(R"({"id": "a", "seeds": [{"text": "One\nline.\n\n \r\nTwo."}]})");
  EXPECT_THAT(all.topics.at(0).seeds.at(0).paragraphs, ElementsAre("One line.", "Two."));
}

std::vector<std::string> ids_of(const std::vector<std::string>& names) {
  std::string lines;
  for (const std::string& name : names) lines += R"({"id": )" + name + R"(, "seeds": []})" + "\n";
  std::vector<std::string> ids;
  for (const BatchTopic& topic : read(lines).topics) ids.push_back(topic.id);
  return ids;
}

TEST(Batch, MakesAnIdOfANameThatIsNone) {
  EXPECT_THAT(ids_of({R"("Flood: Ahr valley!")", R"("../../etc")", R"("-a")", R"("...")", "17"}),
              ElementsAre("flood-ahr-valley", "etc", "a", "topic", "17"));
}

TEST(Batch, WritesTheIdOfANameInLatinLetters) {
  EXPECT_THAT(
      ids_of({R"("\u00fcn\u00ef X")", R"("\u6d2a\u6c34")", R"("Выборы в России")",
              R"("زلزال تركيا")", R"("İstanbul ırmağı")", R"("Straße")", R"("Ильич")", R"("😀")"}),
      ElementsAre("uni-x", "hong-shui", "vybory-v-rossii", "zlzal-trkya", "istanbul-irmagi",
                  "strasse", "ilic", "topic"));
}

TEST(Batch, GivesNoTwoTopicsOneIdAndLeavesIdsAsTheyAre) {
  EXPECT_THAT(ids_of({R"("Floods")", R"("FLOODS")", R"("floods")", R"("floods!")"}),
              ElementsAre("floods-2", "floods-3", "floods", "floods-4"));
}

TEST(Batch, KeepsTheNameAsItIsOnOneLine) {
  const std::string longest(2000, 'x');
  const Read all = read(R"({"id": "a\tb\nc \"d\"", "seeds": []})"
                        "\n"
                        R"({"id": 12345678901234567890123, "seeds": []})"
                        "\n"
                        R"({"id": ")" +
                        longest + R"(", "seeds": []})");
  EXPECT_EQ(all.topics.at(0).name, "a\\tb\\nc \"d\"");
  EXPECT_EQ(all.topics.at(1).name, "12345678901234567890123");
  EXPECT_EQ(all.topics.at(2).name, longest);
}

std::vector<std::string> background_items(const std::string& lines, Diagnostics& diagnostics) {
  std::istringstream stream{lines};
  return parse_background_items(stream, "items.jsonl", diagnostics).value();
}

TEST(BackgroundItems, AreTitlesAndTexts) {
  Diagnostics diagnostics;
  EXPECT_THAT(
      background_items("{\"title\": \"Rain\", \"text\": \"It rains.\"}\n\n{\"title\": \"Sun\"}\n"
                       "{\"id\": 3, \"text\": \"\"}\n{\"content\": \"<p>Fog</p>\"}\n",
                       diagnostics),
      ElementsAre("Rain\nIt rains.", "Sun", "Fog"));
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(BackgroundItems, AreTheOtherLinesWhereOneIsNone) {
  Diagnostics diagnostics;
  EXPECT_THAT(background_items("{\"text\": \"Rain.\"}\n{\n{\"text\": \"Sun.\"}\n", diagnostics),
              ElementsAre("Rain.", "Sun."));
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(to_line(diagnostics[0]), "items.jsonl:2: warning: no item, and left out");
}

}  // namespace
}  // namespace tocsin::topics
