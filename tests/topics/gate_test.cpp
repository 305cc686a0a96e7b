// SPDX-License-Identifier: Apache-2.0
#include "topics/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::HasSubstr;

bool holds(std::string_view when, const ItemFields& item) {
  Topic topic;
  topic.aliases = {{"is", {"Islamic State", "=IS"}}};
  const auto gate = Gate::parse(when, topic);
  EXPECT_TRUE(gate.has_value()) << (gate ? "" : gate.error().message);
  return gate && gate->holds(scored_text(item), item);
}

bool holds(std::string_view when, std::string_view text) {
  return holds(when, item_of("", text));
}

TEST(Gate, FindsAWordInAnyScoredField) {
  EXPECT_TRUE(holds("raid", item_of("Raid")));
  EXPECT_TRUE(holds("raid", item_of("", "", "a raid")));
  EXPECT_FALSE(holds("raid", item_of("raids")));
}

TEST(Gate, BindsAndTighterThanOr) {
  EXPECT_TRUE(holds("a OR b AND c", "a"));
  EXPECT_FALSE(holds("(a OR b) AND c", "a"));
}

TEST(Gate, TakesNotForThePartBehindIt) {
  EXPECT_TRUE(holds("a AND NOT b", "a"));
  EXPECT_FALSE(holds("a AND NOT b", "a b"));
  EXPECT_TRUE(holds("NOT (a AND b)", "a"));
}

TEST(Gate, ComparesPhrasesPrefixesAndExactForms) {
  EXPECT_TRUE(holds("\"foreign fighter*\"", "Foreign-Fighters"));
  EXPECT_FALSE(holds("\"foreign fighter\"", "fighter foreign"));
  EXPECT_TRUE(holds("return*", "returnees"));
  EXPECT_TRUE(holds("=IS", "He said IS is there"));
  EXPECT_FALSE(holds("=IS", "He is there"));
}

TEST(Gate, LooksAliasesUpInItsTopic) {
  EXPECT_TRUE(holds("@is", "the Islamic State"));
  EXPECT_FALSE(holds("@is", "the state"));
}

TEST(Gate, KeepsToTheFieldItNames) {
  EXPECT_TRUE(holds("title:boxing", item_of("Boxing")));
  EXPECT_FALSE(holds("title:boxing", item_of("", "boxing")));
  EXPECT_TRUE(holds("title:(boxing OR fight)", item_of("A fight")));
  EXPECT_FALSE(holds("title:\"a fight\"", item_of("", "a fight")));
}

TEST(Gate, SeesFieldsThatAreNotScored) {
  ItemFields item = item_of("x");
  item.author = "Jane Doe";
  item.link = "https://example.org/sport/a-1.html";
  item.category = "World news";
  item.source = "The Herald";
  item.language = "en";
  EXPECT_TRUE(holds("author:\"jane doe\"", item));
  EXPECT_TRUE(holds("link:sport", item));
  EXPECT_TRUE(holds("category:world AND source:herald AND language:en", item));
  EXPECT_FALSE(holds("jane", item));
}

TEST(Gate, SeesASummaryThatTheContentRepeatsByItsFieldOnly) {
  const ItemFields item = item_of("", "a raid", "a raid today");
  EXPECT_TRUE(holds("summary:raid", item));
  EXPECT_FALSE(holds("raid ONEAR/300 raid", item));
}

TEST(Gate, MeasuresNearInWordsEitherWay) {
  EXPECT_TRUE(holds("home NEAR/2 fighters", "fighters come home"));
  EXPECT_FALSE(holds("home NEAR/1 fighters", "fighters come home"));
  EXPECT_TRUE(
      holds("(\"foreign fighter*\" OR returnee*) NEAR/3 (home OR back)", "returnees are back"));
}

TEST(Gate, KeepsTheOrderOfOnear) {
  EXPECT_TRUE(holds("fighters ONEAR/2 home", "fighters come home"));
  EXPECT_FALSE(holds("home ONEAR/2 fighters", "fighters come home"));
}

TEST(Gate, MeasuresNearInsideOfOneField) {
  EXPECT_FALSE(holds("a NEAR/300 b", item_of("a", "b")));
}

TEST(Gate, CountsTheListBehindOf) {
  EXPECT_TRUE(holds("2 OF (a, \"b c\", d)", "b c d"));
  EXPECT_FALSE(holds("2 OF (a, \"b c\", d)", "b d"));
}

TEST(Gate, LetsTheWordsOfAPhraseSlip) {
  EXPECT_TRUE(holds("\"fighters home\"~2", "fighters at last home"));
  EXPECT_FALSE(holds("\"fighters home\"~1", "fighters at last home"));
  EXPECT_TRUE(holds("title:\"fighters hom*\"~1", item_of("Fighters come home")));
  EXPECT_FALSE(holds("title:\"fighters hom*\"~1", item_of("", "Fighters come home")));
}

TEST(Gate, CountsTwoMovesForNeighboursInReverseOrder) {
  EXPECT_TRUE(holds("\"home fighters\"~2", "fighters home"));
  EXPECT_FALSE(holds("\"home fighters\"~1", "fighters home"));
}

TEST(Gate, WantsAPlaceForEachWordOfASloppyPhrase) {
  EXPECT_FALSE(holds("\"bye bye\"~9", "bye"));
  EXPECT_TRUE(holds("\"bye bye\"~1", "bye for bye"));
  EXPECT_FALSE(holds("\"return return*\"~9", "return"));
  EXPECT_TRUE(holds("\"return return*\"~2", "returned return"));
}

TEST(Gate, KeepsTheCaseOfASloppyExactPhrase) {
  EXPECT_TRUE(holds("\"=IS fighters\"~2", "Soon IS lost fighters"));
  EXPECT_FALSE(holds("\"=IS fighters\"~2", "He is lost fighters"));
}

TEST(Gate, SearchesPatternsInWhatIsWritten) {
  EXPECT_TRUE(holds("/\\$[0-9]+ ?m\\b/", "ransom of $30m paid"));
  EXPECT_FALSE(holds("/Raid/", "raid"));
  EXPECT_TRUE(holds("/Raid/i", "raid"));
  EXPECT_TRUE(holds("title:/^Breaking: /", item_of("Breaking: raid")));
  EXPECT_FALSE(holds("title:/^Breaking: /", item_of("", "Breaking: raid")));
}

TEST(Gate, SearchesPatternsInFieldsThatAreNotScored) {
  ItemFields item = item_of("x");
  item.link = "https://example.org/sport/2017/a.html";
  EXPECT_TRUE(holds("link:/\\/sport\\/[0-9]{4}\\//", item));
  EXPECT_FALSE(holds("/sport/", item));
}

TEST(Gate, TakesAPatternApartFromWords) {
  EXPECT_TRUE(holds("(/ra.d/ OR b) AND NOT /zz/", "a raid"));
  EXPECT_TRUE(holds("2 OF (/ra.d/, a, b)", "a raid"));
}

TEST(Gate, SearchesTheFirstBytesOfAField) {
  const std::string filler(Pattern::looked_bytes - 3, '-');
  EXPECT_TRUE(holds("/end/", filler + "end"));
  EXPECT_FALSE(holds("/end/", filler + " end"));
}

struct Broken {
  std::string name;
  std::string when;
  std::size_t character;
  std::string told;
};

class MistakeInAGate : public testing::TestWithParam<Broken> {};

TEST_P(MistakeInAGate, IsToldAtItsCharacter) {
  Topic topic;
  topic.aliases = {{"is", {"Islamic State"}}};
  const auto gate = Gate::parse(GetParam().when, topic);
  ASSERT_FALSE(gate.has_value());
  EXPECT_EQ(gate.error().character, GetParam().character);
  EXPECT_THAT(gate.error().message, HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Each, MistakeInAGate,
    testing::Values(Broken{"Empty", "", 0, "missing at the end"},
                    Broken{"NothingBehindAnd", "a AND", 5, "missing at the end"},
                    Broken{"NothingBeforeOr", "OR a", 0, "missing here"},
                    Broken{"TwoWords", "é b", 2, "AND or OR is missing"},
                    Broken{"OpenParenthesis", "a AND (b", 6, "never closed"},
                    Broken{"ClosedTooOften", "a) AND b", 1, "closes nothing"},
                    Broken{"OpenQuotation", "a AND \"b", 6, "never closed"},
                    Broken{"UnknownField", "titel:a", 0,
                           "unknown field 'titel'; did you mean 'title'?"},
                    Broken{"FieldInAField", "title:(a OR summary:b)", 12, "inside of another"},
                    Broken{"NearWithoutDistance", "a NEAR b", 2, "NEAR/n"},
                    Broken{"NearTooFar", "a NEAR/301 b", 2, "from 1 to 300"},
                    Broken{"NearOfAConjunction", "(a AND b) NEAR/3 c", 0, "NEAR takes"},
                    Broken{"NearOfThree", "a NEAR/3 b NEAR/3 c", 11, "only two"},
                    Broken{"OfWithoutNumber", "OF (a, b)", 0, "a number before"},
                    Broken{"OfTooMany", "3 OF (a, b)", 0, "never hold"},
                    Broken{"CommaOutside", "a, b", 1, "between the parts of OF"},
                    Broken{"Fuzzy", "word~2", 4, "no fuzzy words"},
                    Broken{"Wildcard", "wor?", 3, "no wildcard"},
                    Broken{"Range", "a AND [b TO c]", 6, "no ranges"},
                    Broken{"Boost", "word^2", 4, "weights stand in [terms]"},
                    Broken{"Plus", "+a", 0, "the operators are AND, OR and NOT"},
                    Broken{"CurlyQuotes", "“a b”", 0, "quotation marks are straight"},
                    Broken{"SmallAnd", "a and b", 2, "'and' is a word here"},
                    Broken{"SmallNot", "a AND not b", 6, "in capitals: NOT"},
                    Broken{"SmallNear", "a near/3 b", 2, "in capitals: NEAR"},
                    Broken{"SmallOf", "2 of (a, b)", 2, "in capitals: OF"},
                    Broken{"MisspeltOperator", "a ADN b", 2, "did you mean 'AND'"},
                    Broken{"NearZero", "a NEAR/0 b", 2, "neighbours are NEAR/1"},
                    Broken{"FieldNobodyHas", "body:a", 0, "there are title, summary, content"},
                    Broken{"BareAddress", "link:https://example.org", 5, "in quotation marks"},
                    Broken{"SlopOfNothing", "\"a b\"~", 5, "from 1 to 300"},
                    Broken{"SlopOfOneWord", "\"a\"~3", 0, "two words or more"},
                    Broken{"SlopOfAnAlias", "\"@is\"~3", 0, "an alias have no slop"},
                    Broken{"SlopInNear", "a NEAR/3 \"b c\"~2", 9, "phrases without slop"},
                    Broken{"OpenPattern", "a AND /b", 6, "never closed"},
                    Broken{"BrokenPattern", "/a(b/", 1, "missing )"},
                    Broken{"BrokenClass", "/ab[/", 3, "missing ]"},
                    Broken{"PatternFlag", "/a/x", 3, "only 'i'"},
                    Broken{"EmptyPattern", "a AND //", 7, "is empty"},
                    Broken{"PatternOfNothing", "/a*/", 1, "found in everything"},
                    Broken{"LargePattern", "/(\\pL\\pN){9}/", 1, "at most 500"},
                    Broken{"UnknownAlias", "@nobody", 0, "names no alias"},
                    Broken{"NoWord", "a AND \"…\"", 6, "holds no word"}),
    [](const auto& one) { return one.param.name; });

std::string nested(std::size_t parentheses, std::size_t negations) {
  std::string when(parentheses, '(');
  for (std::size_t i = 0; i < negations; ++i) when += "NOT ";
  return when + "title:a" + std::string(parentheses, ')');
}

TEST(Gate, NestsParenthesesAndNegationsFiftyDeep) {
  EXPECT_TRUE(Gate::parse(nested(50, 0), Topic{}).has_value());
  EXPECT_TRUE(Gate::parse(nested(0, 50), Topic{}).has_value());
  EXPECT_TRUE(Gate::parse(nested(20, 30), Topic{}).has_value());
}

TEST(Gate, RefusesToNestDeeper) {
  for (const std::string& when :
       {nested(51, 0), nested(0, 51), nested(20, 31), nested(49, 0) + " AND " + nested(51, 0)}) {
    const auto gate = Gate::parse(when, Topic{});
    ASSERT_FALSE(gate.has_value()) << when;
    EXPECT_THAT(gate.error().message, HasSubstr("over 50 parentheses and NOT"));
  }
}

}  // namespace
}  // namespace tocsin::topics
