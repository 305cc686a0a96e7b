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

constexpr auto fires = R"({"id": "fires", "seeds": [{"title": "Fire", "text": "At the quay."}]})";

std::string message_of(const std::string& lines) {
  std::istringstream stream{lines};
  const auto batch = parse_batch(stream, "seeds.jsonl");
  return batch ? "" : batch.error().message;
}

TEST(Batch, HoldsATopicALine) {
  std::istringstream stream{std::string{fires} + "\n \r\n" + R"({"id": "wolves", "seeds": []})"};
  const auto batch = parse_batch(stream, "seeds.jsonl");
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->size(), 2U);
  EXPECT_EQ(batch->front().seeds.at(0).title, "Fire");
  EXPECT_EQ(batch->back().line, 3U);
}

TEST(Batch, NamesTheLineThatIsNone) {
  for (const auto* const bad : {"{", "[]", R"({"id": "x"})", R"({"id": "", "seeds": []})",
                                R"({"id": "x", "seeds": {}})", R"({"id": "x", "seeds": ["text"]})"})
    EXPECT_THAT(message_of(std::string{fires} + "\n" + bad), HasSubstr("seeds.jsonl:2: no {"))
        << bad;
}

TEST(Batch, RefusesAnIdThatWasThereBefore) {
  EXPECT_EQ(message_of(std::string{fires} + "\n" + fires),
            "seeds.jsonl:2: id 'fires' is that of line 1");
}

std::vector<std::string> ids_of(const std::vector<std::string>& names) {
  std::string lines;
  for (const std::string& name : names) lines += R"({"id": )" + name + R"(, "seeds": []})" + "\n";
  std::istringstream stream{lines};
  std::vector<std::string> ids;
  const auto batch = parse_batch(stream, "seeds.jsonl").value();
  for (const BatchTopic& topic : batch) ids.push_back(topic.id);
  return ids;
}

TEST(Batch, MakesAnIdOfANameThatIsNone) {
  EXPECT_THAT(ids_of({R"("Flood: Ahr valley!")", R"("../../etc")", R"("\u6d2a\u6c34")", "17"}),
              ElementsAre("flood-ahr-valley", "etc", "topic", "17"));
}

TEST(Batch, GivesNoTwoTopicsOneIdAndLeavesIdsAsTheyAre) {
  EXPECT_THAT(ids_of({R"("Floods")", R"("FLOODS")", R"("floods")", R"("floods!")"}),
              ElementsAre("floods-2", "floods-3", "floods", "floods-4"));
}

TEST(Batch, KeepsTheNameOnOneLine) {
  std::istringstream stream{R"({"id": "a\tb\nc \"d\"", "seeds": []})"};
  EXPECT_EQ(parse_batch(stream, "seeds.jsonl").value().front().name, "a b c \"d\"");
}

TEST(Batch, RefusesALineOfMoreBytesThanASeed) {
  EXPECT_THAT(message_of(std::string(max_seed_bytes + 1, 'x')), HasSubstr("seeds.jsonl:1: over"));
}

TEST(BackgroundItems, NameTheLineThatHasNoText) {
  std::istringstream stream{"{\"text\": \"Rain.\"}\n\n{\"title\": \"Rain\"}\n"};
  const auto items = parse_background_items(stream, "items.jsonl");
  ASSERT_FALSE(items);
  EXPECT_THAT(items.error().message, HasSubstr("items.jsonl:3: "));
}

}  // namespace
}  // namespace tocsin::topics
