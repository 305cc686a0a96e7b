// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <sstream>
#include <string>

#include "topics/derive.hpp"

namespace tocsin::topics {
namespace {

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
