// SPDX-License-Identifier: Apache-2.0
#include "story/credits.hpp"

#include <gtest/gtest.h>

namespace tocsin::story {
namespace {

Uncredited plain(std::string_view text) {
  return without_credits(
      {.title = {}, .text = text, .outlet = "www.courier.example", .source = {}});
}

TEST(Credits, OfADatelineLeaveThePlaceApartAndTheTextAlone) {
  const auto item = plain("KESSEL, March 4 (Reuters) - A car bomb killed nine people.");
  EXPECT_EQ(item.place, "KESSEL, March 4");
  EXPECT_EQ(item.text, "A car bomb killed nine people.");
  EXPECT_EQ(item.agency, "reuters");
}

TEST(Credits, AreReadBeforeALongDashAndWithoutADash) {
  EXPECT_EQ(plain("RIVAS (AP) \u2014 A quake shook the valley.").agency, "ap");
  EXPECT_EQ(plain("(AFP) The pound fell.").text, "The pound fell.");
}

TEST(Credits, LeaveADatelineWithoutAnAgencyUncredited) {
  const auto item = plain("LONDON \u2014 The bank cut its rate.");
  EXPECT_EQ(item.place, "LONDON");
  EXPECT_EQ(item.agency, "");
}

TEST(Credits, InBracketsAtTheEndAreTakenOffOneAfterTheOther) {
  const auto item =
      plain("Nine people died. (Reporting by Dana Weiss; Editing by Tom Hale) (Reuters)");
  EXPECT_EQ(item.text, "Nine people died.");
  EXPECT_EQ(item.agency, "reuters");
}

TEST(Credits, InALastSentenceAreTakenOff) {
  const auto item =
      plain("Nine people died. Associated Press writer Jo Day contributed to this report.");
  EXPECT_EQ(item.text, "Nine people died.");
  EXPECT_EQ(item.agency, "ap");
  EXPECT_EQ(plain("The pound fell. \u2014 AFP").text, "The pound fell.");
}

TEST(Credits, AreReadInOtherLanguages) {
  EXPECT_EQ(plain("Es dürfte zu einer Stichwahl kommen. (Mit Material von dpa)").agency, "dpa");
  EXPECT_EQ(plain("Le premier ministre a démissionné (avec AFP)").agency, "afp");
  EXPECT_EQ(plain("RIVAS (EFE) - Un terremoto sacudió el valle.").agency, "efe");
  EXPECT_EQ(plain("МОСКВА (ТАСС) - Поезд сошёл с рельсов.").agency, "tass");
}

TEST(Credits, OfABylineOnALineOfItsOwnAreTakenOff) {
  const auto item = plain("By Joan Pryce, PA Media\nA man has been arrested.");
  EXPECT_EQ(item.text, "A man has been arrested.");
  EXPECT_EQ(item.agency, "pa");
}

TEST(Credits, AreNotReadOutOfWhatASentenceTells) {
  const std::string_view told =
      "The minister told Reuters in an interview at his home on the coast that he would not resign "
      "before the vote.";
  EXPECT_EQ(plain(told).agency, "");
  EXPECT_EQ(plain(told).text, told);
  EXPECT_EQ(plain("The AFPA union called a strike in the docks of the northern city.").agency, "");
  EXPECT_EQ(plain("The train left the rails near Philadelphia, PA.").agency, "");
}

TEST(Credits, KeepATextThatIsNothingElse) {
  EXPECT_EQ(plain("Reuters").text, "Reuters");
  EXPECT_EQ(plain("").text, "");
}

TEST(Credits, OfAnAgencysOwnSiteAreTheAgencys) {
  EXPECT_EQ(
      without_credits({.title = {}, .text = "Rain.", .outlet = "www.apnews.com", .source = {}})
          .agency,
      "ap");
  EXPECT_EQ(without_credits({.title = {}, .text = "Rain.", .outlet = "notapnews.com", .source = {}})
                .agency,
            "");
}

TEST(Headlines, LoseTheOutletsNameAndNothingElse) {
  const auto title = [](std::string_view text) {
    return without_credits({.title = text,
                            .text = "Rain fell.",
                            .outlet = "www.footynow.example",
                            .source = "FootyNow - Transfers"})
        .title;
  };
  EXPECT_EQ(title("Striker signs | The Evening Gazette"), "Striker signs");
  EXPECT_EQ(title("Striker signs - FootyNow"), "Striker signs");
  EXPECT_EQ(title("Nine dead in blast - Reuters"), "Nine dead in blast");
  EXPECT_EQ(title("Rate cut - and now?"), "Rate cut - and now?");
  EXPECT_EQ(title("FootyNow"), "FootyNow");
}

}  // namespace
}  // namespace tocsin::story
