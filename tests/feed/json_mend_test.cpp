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

TEST(JsonMend, ReplacesHalvesOfCharacters) {
  EXPECT_EQ(mended(R"({"a":"x\ud83d y","b":"\ude00","c":"\ud83d\ud83d\ude00","d":"\uD83D"})"),
            R"({"a":"x\ufffd y","b":"\ufffd","c":"\ufffd\ud83d\ude00","d":"\ufffd"})");
}

TEST(JsonMend, ReplacesEscapesThatBreakOff) {
  EXPECT_EQ(mended(R"({"a":"x\u12","b":"\u","c":"\u00g9","d":"\u00e9"})"),
            R"({"a":"x\ufffd","b":"\ufffd","c":"\ufffdg9","d":"\u00e9"})");
}

TEST(JsonMend, EscapesALineBreakBehindABackslash) {
  EXPECT_EQ(mended("{\"a\":\"b\\\nc\"}"), R"({"a":"b\nc"})");
}

TEST(JsonMend, PutsNullWhereThereIsNoSuchValue) {
  EXPECT_EQ(mended(R"({"a":NaN,"b":[-Infinity, undefined ,None],"c":nul})"),
            R"({"a":null,"b":[null, null ,null],"c":null})");
}

TEST(JsonMend, KeepsNumbersThatJsonDoesNotHaveAsText) {
  EXPECT_EQ(mended(R"({"a":1e999,"b":007,"c":-1.5e3,"d":0,"e":12})"),
            R"({"a":"1e999","b":"007","c":-1.5e3,"d":0,"e":12})");
}

TEST(JsonMend, ReadsTruthAsPythonSpellsIt) {
  EXPECT_EQ(mended(R"({"a":True,"b":false,"c":null})"), R"({"a":true,"b":false,"c":null})");
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
