// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view complete = R"(format = 1
[topic]
id = "returning-fighters"
title = "Foreign fighters returning home"
version = 4
status = "stable"
severity = 3
languages = ["en"]
medtop = ["20000053"]
threshold = 0.094
average_length = 71.5
derived = { from = "seeds/manifest.toml", digest = "0011", algorithm = 1 }

[alias]
islamic-state = ["Islamic State", "ISIS", "=IS"]
another = ["fighter*"]

[terms]
"returning" = 17
"@islamic-state" = 100  # seeds 4 of 5
"boxing" = -8.5

[rule]
require = [{ any = ["@islamic-state", "caliphate"], otherwise = 0.5 }, { any = ["home"], otherwise = "drop" }]
exclude = ["islamic state of iraq"]
when = 'home OR return*'
)";

TEST(ReadTopic, ReadsTheHead) {
  const Topic topic = topic_of(complete);
  EXPECT_EQ(topic.id, "returning-fighters");
  EXPECT_EQ(topic.title, "Foreign fighters returning home");
  EXPECT_EQ(topic.version, 4);
  EXPECT_EQ(topic.status, Status::stable);
  EXPECT_EQ(topic.severity, 3);
  EXPECT_THAT(topic.languages, ElementsAre("en"));
  EXPECT_THAT(topic.medtop, ElementsAre("20000053"));
  EXPECT_DOUBLE_EQ(topic.threshold, 0.094);
  EXPECT_DOUBLE_EQ(topic.average_length, 71.5);
}

TEST(ReadTopic, ReadsWhereADerivedTopicComesFrom) {
  const Topic topic = topic_of(complete);
  ASSERT_TRUE(topic.derived.has_value());
  EXPECT_EQ(topic.derived->from, "seeds/manifest.toml");
  EXPECT_EQ(topic.derived->digest, "0011");
  EXPECT_EQ(topic.derived->algorithm, 1);
}

TEST(ReadTopic, KeepsAliasesAndTermsInFileOrder) {
  const Topic topic = topic_of(complete);
  ASSERT_EQ(topic.aliases.size(), 2U);
  EXPECT_EQ(topic.aliases[0].first, "islamic-state");
  EXPECT_THAT(topic.aliases[0].second, ElementsAre("Islamic State", "ISIS", "=IS"));
  ASSERT_EQ(topic.terms.size(), 3U);
  EXPECT_EQ(topic.terms[0].text, "returning");
  EXPECT_EQ(topic.terms[1].text, "@islamic-state");
  EXPECT_DOUBLE_EQ(topic.terms[2].weight, -8.5);
}

TEST(ReadTopic, TakesATermsTrailingCommentAsItsProvenance) {
  const Topic topic = topic_of(complete);
  EXPECT_EQ(topic.terms[1].provenance, "seeds 4 of 5");
  EXPECT_EQ(topic.terms[0].provenance, "");
}

TEST(ReadTopic, ReadsTheRule) {
  const Topic topic = topic_of(complete);
  ASSERT_EQ(topic.require.size(), 2U);
  EXPECT_THAT(topic.require[0].any, ElementsAre("@islamic-state", "caliphate"));
  EXPECT_DOUBLE_EQ(topic.require[0].otherwise, 0.5);
  EXPECT_DOUBLE_EQ(topic.require[1].otherwise, 0);
  EXPECT_THAT(topic.exclude, ElementsAre("islamic state of iraq"));
  EXPECT_EQ(topic.when, "home OR return*");
}

TEST(ReadTopic, AcceptsTheRuleBehindTheTermsWithoutItsHeader) {
  const Topic topic =
      topic_of(file_with("[terms]\n\"a\" = 1\n"
                         "require = [{ any = [\"b\"], otherwise = 0.5 }]\n"
                         "exclude = [\"c\"]\nwhen = 'd'\n"));
  EXPECT_EQ(topic.terms.size(), 1U);
  EXPECT_EQ(topic.require.size(), 1U);
  EXPECT_THAT(topic.exclude, ElementsAre("c"));
  EXPECT_EQ(topic.when, "d");
}

TEST(ReadTopic, TakesANumberBehindWhenForATerm) {
  const Topic topic = topic_of(file_with("[terms]\nwhen = 3\n"));
  ASSERT_EQ(topic.terms.size(), 1U);
  EXPECT_EQ(topic.terms[0].text, "when");
}

TEST(ReadTopic, ReadsTheCorrelation) {
  const Topic topic =
      topic_of(file_with("[terms]\na = 1\n[correlation]\nindependent_sources = 3\nwithin = \"6h\"\n"
                         "raise_severity = true\n"));
  ASSERT_TRUE(topic.correlation.has_value());
  EXPECT_EQ(topic.correlation->independent_sources, 3);
  EXPECT_EQ(topic.correlation->within, std::chrono::hours{6});
  EXPECT_TRUE(topic.correlation->raises_severity);
}

TEST(ReadTopic, RaisesNoSeverityUnlessTold) {
  const Topic topic = topic_of(
      file_with("[terms]\na = 1\n[correlation]\nindependent_sources = 2\nwithin = \"30m\"\n"));
  ASSERT_TRUE(topic.correlation.has_value());
  EXPECT_FALSE(topic.correlation->raises_severity);
}

TEST(ReadTopic, GivesDefaultsToWhatIsLeftOut) {
  const Topic topic = topic_of(file_with("[terms]\n\"a\" = 1\n"));
  EXPECT_EQ(topic.version, 1);
  EXPECT_EQ(topic.status, Status::experimental);
  EXPECT_EQ(topic.severity, 5);
  EXPECT_DOUBLE_EQ(topic.average_length, 0);
  EXPECT_DOUBLE_EQ(topic.saturation, 1.2);
  EXPECT_FALSE(topic.derived.has_value());
}

TEST(ReadTopic, NamesTheFileAndDigestsItsBytes) {
  const Topic a = topic_of(file_with("[terms]\n\"a\" = 1\n"));
  const Topic b = topic_of(file_with("[terms]\n\"a\" = 2\n"));
  EXPECT_EQ(a.file, "t.toml");
  EXPECT_EQ(a.digest.size(), 16U);
  EXPECT_NE(a.digest, b.digest);
}

struct Mistake {
  std::string name;
  std::string tables;
  std::string told;
};

class MistakeInATopicFile : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeInATopicFile, IsToldAtItsPlace) {
  EXPECT_THAT(mistakes_in(file_with(GetParam().tables)), ElementsAre(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Each, MistakeInATopicFile,
    testing::Values(
        Mistake{"UnknownTable", "[term]\n[terms]\na = 1\n",
                "t.toml:6:2: error: unknown key 'term'; did you mean 'terms'?"},
        Mistake{"UnknownKeyInTheHead", "severty = 3\n[terms]\na = 1\n",
                "t.toml:6:1: error: unknown key 'severty' in [topic]; did you mean 'severity'?"},
        Mistake{"WrongType", "severity = \"3\"\n[terms]\na = 1\n",
                "t.toml:6:12: error: 'severity' is a string, but must be a whole number"},
        Mistake{"SeverityOutOfRange", "severity = 10\n[terms]\na = 1\n",
                "t.toml:6:12: error: 'severity' is 10, but must be from 1 to 9"},
        Mistake{"UnknownStatus", "status = \"retird\"\n[terms]\na = 1\n",
                "t.toml:6:10: error: unknown status 'retird'; did you mean 'retired'? "
                "(experimental, stable or retired)"},
        Mistake{"LanguageName", "languages = [\"English\"]\n[terms]\na = 1\n",
                "t.toml:6:14: error: 'English' is no language tag; write \"en\" or \"en-GB\""},
        Mistake{"ShortMediaTopic", "medtop = [\"53\"]\n[terms]\na = 1\n",
                "t.toml:6:11: error: '53' is no IPTC Media Topic; write its 8 digits"},
        Mistake{"UnknownAlias",
                "[alias]\nislamic-state = [\"IS\"]\n[terms]\n\"@islamic-stat\" = 1\n",
                "t.toml:9:1: error: term '@islamic-stat' names no alias of this file; "
                "did you mean '@islamic-state'?"},
        Mistake{"UnusedAlias",
                "[alias]\nx = [\"y\"]\nz = [\"w\"]\n[terms]\na = 1\n[rule]\n"
                "when = 'a OR @x'\n",
                "t.toml:8:1: warning: alias 'z' is never used"},
        Mistake{"RequiredButExcluded",
                "[terms]\na = 1\n[rule]\nrequire = [{ any = [\"b c\"], otherwise = 0.5 }]\n"
                "exclude = [\"b\"]\n",
                "t.toml:9:12: error: the required group never counts: 'exclude' names everything "
                "in it"},
        Mistake{"RequiredPhraseExcluded",
                "[terms]\na = 1\n[rule]\nrequire = [{ any = [\"fighters\", \"d\"], otherwise = 0 "
                "}]\nexclude = [\"fighter*\"]\n",
                "t.toml:9:12: warning: required 'fighters' never counts: it is excluded"},
        Mistake{"TermExcluded", "[terms]\na = 1\nb = 2\n[rule]\nexclude = [\"b\"]\n",
                "t.toml:8:1: warning: term 'b' never counts: it is excluded"},
        Mistake{"ConditionInALongString", "[terms]\na = 1\n[rule]\nwhen = \"\"\"\na ADN b\"\"\"\n",
                "t.toml:10:3: error: in 'when': AND or OR is missing here; did you mean 'AND' by "
                "'ADN'?"},
        Mistake{"OneSourceIsNoCorrelation",
                "[terms]\na = 1\n[correlation]\nindependent_sources = 1\nwithin = \"1h\"\n",
                "t.toml:9:23: error: 'independent_sources' is 1, but must be from 2 to 1000"},
        Mistake{"CorrelationWithoutAnEnd",
                "[terms]\na = 1\n[correlation]\nindependent_sources = 2\n",
                "t.toml:8:1: error: 'within' is missing in [correlation]"},
        Mistake{"CorrelationOverNoDuration",
                "[terms]\na = 1\n[correlation]\nindependent_sources = 2\nwithin = \"6 hours\"\n",
                "t.toml:10:10: error: 'within' is '6 hours', but must be a duration such as "
                "\"6h\", from 1m to 30d"},
        Mistake{"EmptyTerm", "[terms]\na = 1\n\"…\" = 2\n",
                "t.toml:8:1: error: term '…' holds no word"},
        Mistake{"StarInside", "[terms]\na = 1\n\"fo*o\" = 2\n",
                "t.toml:8:1: error: term 'fo*o' may have one '*' at its end only"},
        Mistake{"ShortPrefix", "[terms]\na = 1\n\"f*\" = 2\n",
                "t.toml:8:1: error: term 'f*' needs 2 letters or more before '*'"},
        Mistake{"ExactPrefix", "[terms]\na = 1\n\"=IS*\" = 2\n",
                "t.toml:8:1: error: term '=IS*' is either an exact form (=) or a prefix (*), "
                "not both"},
        Mistake{"TermTwice", "[terms]\n\"Lone Wolf\" = 1\n\"lone-wolf\" = 2\n",
                "t.toml:8:1: error: term 'lone-wolf' reads the same as 'Lone Wolf'"},
        Mistake{"InfiniteWeight", "[terms]\na = 1\nb = inf\n",
                "t.toml:8:5: error: the weight of term 'b' must be from -1000000 to 1000000, "
                "and not 0"},
        Mistake{"WeightAsText", "[terms]\na = 1\nb = \"2\"\n",
                "t.toml:8:5: error: the weight of term 'b' must be a number"},
        Mistake{"NothingPositive", "[terms]\na = -1\n",
                "t.toml:6:1: error: no term has a weight above zero"},
        Mistake{"AliasWithoutNames", "[alias]\nx = []\n[terms]\na = 1\n",
                "t.toml:7:5: error: alias 'x' must be a list of names, and not empty"},
        Mistake{"AliasName", "[alias]\nX = [\"x\"]\n[terms]\na = 1\n",
                "t.toml:7:1: error: alias name 'X' must be made of a–z, 0–9 and '-'"},
        Mistake{"Otherwise",
                "[terms]\na = 1\n[rule]\nrequire = [{ any = [\"b\"], otherwise = \"dorp\" }]\n",
                "t.toml:9:39: error: 'otherwise' is a factor from 0 to 1, or \"drop\""},
        Mistake{"OtherwiseOutOfRange",
                "[terms]\na = 1\n[rule]\nrequire = [{ any = [\"b\"], otherwise = 2 }]\n",
                "t.toml:9:39: error: 'otherwise' is 2, but must be from 0 to 1"},
        Mistake{"WhenAtItsColumn", "[terms]\na = 1\n[rule]\nwhen = \"é AND \\\"b c\\\" d\"\n",
                "t.toml:9:23: error: in 'when': AND or OR is missing here"}),
    [](const auto& one) { return one.param.name; });

TEST(ReadTopic, TellsAllMistakesInTheOrderOfTheFile) {
  EXPECT_THAT(mistakes_in("format = 2\n[topic]\nid = \"T\"\ntitle = \"\"\n[terms]\n"),
              ElementsAre(HasSubstr("t.toml:1:10: error: 'format' is 2, but must be 1"),
                          HasSubstr("t.toml:2:1: error: 'threshold' is missing in [topic]"),
                          HasSubstr("t.toml:3:6: error: id 'T'"),
                          HasSubstr("t.toml:4:9: error: 'title' is empty"),
                          HasSubstr("t.toml:5:1: error: no term has a weight above zero")));
}

TEST(ReadTopic, WantsTheFormatNamed) {
  EXPECT_THAT(mistakes_in("[topic]\nid = \"t\"\ntitle = \"T\"\nthreshold = 1\n[terms]\na = 1\n"),
              ElementsAre("t.toml:1:1: error: the file must open with 'format = 1'"));
}

TEST(ReadTopic, TellsWhereTheSyntaxBreaks) {
  EXPECT_THAT(mistakes_in("format = 1\n[topic\n"), ElementsAre(HasSubstr("t.toml:2:")));
}

TEST(ReadTopic, RefusesAFileOverItsLimit) {
  const std::string large(TopicLimits::file_bytes + 1, '#');
  EXPECT_THAT(mistakes_in(large), ElementsAre(HasSubstr("the file is over 1048576 bytes")));
}

TEST(ReadTests, ReadsTitleTextAndWhatIsExpected) {
  Diagnostics diagnostics;
  const auto tests = read_tests(
      "format = 1\n\n[[test]]\nname = \"wire lead\"\ntitle = \"A\"\n"
      "text = \"\"\"B\nC\"\"\"\n"
      "expect = { alert = false, evidence = [\"foreign fighters\"] }\n",
      "t.test.toml", diagnostics);
  ASSERT_TRUE(tests.has_value());
  ASSERT_EQ(tests->size(), 1U);
  EXPECT_EQ(tests->front().name, "wire lead");
  EXPECT_EQ(tests->front().title, "A");
  EXPECT_EQ(tests->front().text, "B\nC");
  EXPECT_FALSE(tests->front().expect_alert);
  EXPECT_THAT(tests->front().expect_evidence, ElementsAre("foreign fighters"));
  EXPECT_EQ(tests->front().line, 3U);
}

TEST(ReadTests, TellsAMisspeltKeyAtItsPlace) {
  Diagnostics diagnostics;
  const auto tests = read_tests(
      "format = 1\n[[test]]\nname = \"x\"\ntitle = \"A\"\n"
      "expect = { alrt = true }\n",
      "t.test.toml", diagnostics);
  EXPECT_FALSE(tests.has_value());
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(to_line(diagnostics[0]), "t.test.toml:5:10: error: 'alert' is missing in [expect]");
  EXPECT_EQ(to_line(diagnostics[1]),
            "t.test.toml:5:12: error: unknown key 'alrt' in [expect]; did you mean 'alert'?");
}

}  // namespace
}  // namespace tocsin::topics
