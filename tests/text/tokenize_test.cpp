// SPDX-License-Identifier: Apache-2.0
#include "text/tokenize.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> keys(std::string_view text) {
  const Tokens cut = tokenize(text);
  std::vector<std::string> found;
  for (const Token& token : cut.tokens) found.emplace_back(cut.key(token));
  return found;
}

std::vector<std::string> surfaces(std::string_view text) {
  std::vector<std::string> found;
  for (const Token& token : tokenize(text).tokens)
    found.emplace_back(text.substr(token.begin, token.end - token.begin));
  return found;
}

std::vector<std::string> exact(std::string_view text) {
  std::vector<std::string> found;
  for (const Token& token : tokenize(text).tokens)
    if (token.is_exact_case) found.emplace_back(text.substr(token.begin, token.end - token.begin));
  return found;
}

TEST(Tokenize, FoldsCaseAndLeavesPunctuationOut) {
  EXPECT_THAT(keys("Police raided a house, twice."),
              ElementsAre("police", "raided", "a", "house", "twice"));
}

TEST(Tokenize, FindsNothingInEmptyTextAndInPunctuation) {
  EXPECT_THAT(keys(""), IsEmpty());
  EXPECT_THAT(keys(" -- … ’ — !"), IsEmpty());
}

TEST(Tokenize, PartsWordsAtHyphensOfEveryKind) {
  EXPECT_THAT(keys("lone-wolf lone‐wolf lone‑wolf"),
              ElementsAre("lone", "wolf", "lone", "wolf", "lone", "wolf"));
  EXPECT_THAT(keys("al-Baghdadi"), ElementsAre("al", "baghdadi"));
}

TEST(Tokenize, KeepsInnerApostrophesWithTheWord) {
  EXPECT_THAT(keys("don't O’Neill"), ElementsAre("don't", "o'neill"));
}

TEST(Tokenize, TakesThePossessiveOffTheKeyButNotOffTheSurface) {
  EXPECT_THAT(keys("Baghdadi's ISIS’S fighters'"), ElementsAre("baghdadi", "isis", "fighters"));
  EXPECT_THAT(surfaces("Baghdadi's ISIS’S"), ElementsAre("Baghdadi's", "ISIS’S"));
}

TEST(Tokenize, KeepsNumbersWithTheirSeparators) {
  EXPECT_THAT(keys("40,000 or 1.5, section 41."),
              ElementsAre("40,000", "or", "1.5", "section", "41"));
  EXPECT_TRUE(tokenize("40,000").tokens.at(0).is_number);
  EXPECT_FALSE(tokenize("20th").tokens.at(0).is_number);
}

TEST(Tokenize, ReadsADottedAcronymAsTheAcronym) {
  EXPECT_THAT(keys("U.S. and I.S.I.S."), ElementsAre("us", "and", "isis"));
  EXPECT_THAT(keys("the Ι.S. é U.S."), ElementsAre("the", "is", "e", "us"));
}

TEST(Tokenize, PartsSentencesThatLostTheirSpace) {
  EXPECT_THAT(keys("attack.Police"), ElementsAre("attack", "police"));
  EXPECT_THAT(keys("café.Police"), ElementsAre("cafe", "police"));
}

TEST(Tokenize, PartsWordsAtUnderscores) {
  EXPECT_THAT(keys("#islamic_state"), ElementsAre("islamic", "state"));
  EXPECT_THAT(keys("#islamic_staté"), ElementsAre("islamic", "state"));
}

TEST(Tokenize, FoldsDiacriticsLigaturesAndFullWidthForms) {
  EXPECT_THAT(keys("Wałęsa Müller Straße ﬁghter ＩＳＩＳ Søren"),
              ElementsAre("walesa", "muller", "strasse", "fighter", "isis", "soren"));
}

TEST(Tokenize, FoldsBothTurkishLettersToI) {
  EXPECT_THAT(keys("DİYARBAKIR Diyarbakır İstanbul"),
              ElementsAre("diyarbakir", "diyarbakir", "istanbul"));
}

TEST(Tokenize, SeesThroughZeroWidthCharactersAndSoftHyphens) {
  EXPECT_THAT(keys("I\u200bS\u200dI\u2060S cali\u00adphate"), ElementsAre("isis", "caliphate"));
}

TEST(Tokenize, OffsetsSpanTheZeroWidthCharactersOfTheOriginal) {
  EXPECT_THAT(surfaces("x I\u200bSIS y"), ElementsAre("x", "I\u200bSIS", "y"));
}

TEST(Tokenize, FoldsLookalikesInMixedScriptWordsOnly) {
  EXPECT_THAT(keys("ІSІS"), ElementsAre("isis"));  // Cyrillic І
  EXPECT_THAT(keys("сор"), ElementsAre("сор"));    // all Cyrillic: another word
  EXPECT_THAT(keys("modern"), ElementsAre("modern"));
}

TEST(Tokenize, CutsChineseIntoCharacters) {
  EXPECT_THAT(keys("伊斯兰国袭击"), ElementsAre("伊", "斯", "兰", "国", "袭", "击"));
}

TEST(Tokenize, KeepsVowelSignsThatSpellAndVoicingMarks) {
  EXPECT_THAT(keys("हिन्दी"), ElementsAre("हिन्दी"));
  EXPECT_THAT(keys("ガス"), ElementsAre("ガ", "ス"));
}

TEST(Tokenize, TakesArabicVowelPointsOff) {
  EXPECT_THAT(keys("دَاعِش"), ElementsAre("داعش"));
}

TEST(Tokenize, OffsetsLeadBackToTheOriginalBytes) {
  EXPECT_THAT(surfaces("“Müller” fled—at 7pm"), ElementsAre("Müller", "fled", "at", "7pm"));
}

TEST(Tokenize, MarksShortAllCapitalsAsComparableWithTheirCase) {
  EXPECT_THAT(exact("Police say IS and ISIS's men, not Isis, fled to the U.S."),
              ElementsAre("IS", "ISIS's", "U.S"));
  EXPECT_THAT(exact("Fighters of ISIS’s army from Curaçao"), ElementsAre("ISIS’s"));
}

TEST(Tokenize, DoesNotMarkCapitalsInALineThatIsMostlyCapitals) {
  EXPECT_THAT(exact("WHY THIS IS THE END\nof the IS state"), ElementsAre("IS"));
}

TEST(Tokenize, DoesNotMarkSingleLettersLongWordsAndNumbers) {
  EXPECT_THAT(exact("a plan B by the CALIPHATE of G20 states in the north"), IsEmpty());
}

TEST(Tokenize, NumbersSentencesAndMarksTheirFirstWords) {
  const Tokens cut = tokenize("Police came. They left\nNobody spoke");
  std::vector<unsigned> sentence;
  std::vector<bool> first;
  for (const Token& token : cut.tokens) {
    sentence.push_back(token.sentence);
    first.push_back(token.starts_sentence);
  }
  EXPECT_THAT(sentence, ElementsAre(0, 0, 1, 1, 2, 2));
  EXPECT_THAT(first, ElementsAre(true, false, true, false, true, false));
}

TEST(Tokenize, TellsCapitalisedWords) {
  const Tokens cut = tokenize("Émile met them in London");
  EXPECT_TRUE(cut.tokens.at(0).is_capitalised);
  EXPECT_FALSE(cut.tokens.at(1).is_capitalised);
  EXPECT_TRUE(cut.tokens.at(4).is_capitalised);
}

TEST(Tokenize, StopsAtTheLimit) {
  EXPECT_EQ(tokenize("one two three four", 2).tokens.size(), 2U);
  EXPECT_EQ(tokenize("één twéé drié viér", 2).tokens.size(), 2U);
}

// A zero-width space inside each word sends it to ICU; what comes out must not change.
TEST(Tokenize, CutsAsciiAsIcuDoes) {
  for (const std::string word :
       {"don't",      "O'Neill's",   "lone-wolf", "U.S.", "e.g.",        "40,000",
        "1.5",        "7pm",         "20th",      "a_b",  "reuters.com", "x'",
        "'tis",       "ISIS's",      "I.S.'s",    "3;4",  "a,b",         "1,a",
        "'90s",       "rock'n'roll", "4.",        "A.B2", "t.co/x1",     "(IS)",
        "2017-04-28", "1'000",       "C++",       "AT&T", "a..b",        "U.S.A"}) {
    std::string hidden = word;
    hidden.insert(1, "\u200b");
    EXPECT_EQ(keys(word), keys(hidden)) << word;
    EXPECT_EQ(exact("seen by " + word + " there").size(),
              exact("seen by " + hidden + " there").size())
        << word;
  }
}

TEST(ComparisonForm, JoinsTheWordsOfAPhrase) {
  EXPECT_EQ(comparison_form("Lone-Wolf Attacker's"), "lone wolf attacker");
}

}  // namespace
}  // namespace tocsin::text
