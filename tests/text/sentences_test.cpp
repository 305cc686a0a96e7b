// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "text/tokenize.hpp"

namespace tocsin::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> found;
  for (const Span& span : sentences(text))
    found.emplace_back(text.substr(span.begin, span.end - span.begin));
  return found;
}

TEST(Sentences, EndAtTerminatorsBeforeACapital) {
  EXPECT_THAT(cut("They fled. Who saw it? Nobody! "),
              ElementsAre("They fled.", "Who saw it?", "Nobody!"));
}

TEST(Sentences, EndAtEveryLine) {
  EXPECT_THAT(cut("A headline\n\nThe text\r\n"), ElementsAre("A headline", "The text"));
}

TEST(Sentences, KeepClosingQuotesWithTheSentence) {
  EXPECT_THAT(cut("“They fled.” Then silence (of a kind.) Then noise."),
              ElementsAre("“They fled.”", "Then silence (of a kind.)", "Then noise."));
}

TEST(Sentences, GoOnAfterInitialsShortFormsAndNumbers) {
  EXPECT_THAT(cut("Gen. J. Smith of the U.S. Army paid 1.5 million. Ok."),
              ElementsAre("Gen. J. Smith of the U.S. Army paid 1.5 million.", "Ok."));
}

TEST(Sentences, GoOnBeforeASmallLetter) {
  EXPECT_THAT(cut("He said it was odd... but true. End"),
              ElementsAre("He said it was odd... but true.", "End"));
}

TEST(Sentences, EndAtIdeographicFullStopsWithoutASpace) {
  EXPECT_THAT(cut("他走了。她来了！"), ElementsAre("他走了。", "她来了！"));
}

TEST(Sentences, AreNoneInWhiteSpace) {
  EXPECT_THAT(cut(" \n\t\u00a0 "), IsEmpty());
}

}  // namespace
}  // namespace tocsin::text
