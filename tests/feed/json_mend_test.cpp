// SPDX-License-Identifier: Apache-2.0
#include "feed/json_mend.hpp"

#include <gmock/gmock.h>

namespace tocsin::feed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string mended(std::string_view text) {
  std::vector<std::string> warnings;
  return mend_json(text, warnings);
}

TEST(JsonMend, LeavesSoundJsonAlone) {
  std::vector<std::string> warnings;
  const std::string json = R"({"items":[{"id":"a, ]","n":[1,2]}]})";
  EXPECT_EQ(mend_json(json, warnings), json);
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(JsonMend, DropsCommasBeforeClosingBrackets) {
  EXPECT_EQ(mended(R"({"a":[1,2, ],})"), R"({"a":[1,2 ]})");
}

TEST(JsonMend, EscapesLineBreaksInStrings) {
  EXPECT_EQ(mended("{\"a\":\"b\nc\"}"), R"({"a":"b\nc"})");
}

TEST(JsonMend, DropsEscapesThatJsonDoesNotHave) {
  EXPECT_EQ(mended(R"({"a":"it\'s \"b\""})"), R"({"a":"it's \"b\""})");
}

TEST(JsonMend, DropsWhatFollowsTheEnd) {
  EXPECT_EQ(mended("{\"a\":1}<!-- served in 3 ms -->"), "{\"a\":1}");
}

TEST(JsonMend, KeepsWholeItemsOfACutDocument) {
  EXPECT_EQ(mended(R"({"t":"x","items":[{"id":"1"},{"id":"2","ti)"),
            R"({"t":"x","items":[{"id":"1"}]})");
}

TEST(JsonMend, KeepsWholeMembersOfADocumentCutBeforeItsItems) {
  EXPECT_EQ(mended(R"({"version":"v","title":"x","items":[{"id)"),
            R"({"version":"v","title":"x"})");
}

TEST(JsonMend, TellsEachKindOfMendingOnce) {
  std::vector<std::string> warnings;
  EXPECT_EQ(mend_json("{\"a\":\"\x01\x02\"}", warnings), R"({"a":"  "})");
  EXPECT_THAT(warnings, ElementsAre("control characters in JSON strings escaped"));
}

}  // namespace
}  // namespace tocsin::feed
