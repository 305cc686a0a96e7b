// SPDX-License-Identifier: Apache-2.0
// The table tests/golden/text/found.tsv: what a term finds in which language, and the bytes of the
// original that are its evidence.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

struct Case {
  std::string name;
  std::string term;
  std::string text;
  std::string surface;  ///< "-" where nothing is found.
  std::string why;
};

std::vector<Case> cases() {
  std::ifstream file{std::string{TOCSIN_SOURCE_DIR} + "/tests/golden/text/found.tsv"};
  std::vector<Case> all;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream columns{line};
    Case one;
    std::getline(columns, one.name, '\t');
    std::getline(columns, one.term, '\t');
    std::getline(columns, one.text, '\t');
    std::getline(columns, one.surface, '\t');
    std::getline(columns, one.why);
    all.push_back(std::move(one));
  }
  return all;
}

std::string evidence_in(const Topic& topic, const std::string& text) {
  const auto rules = rules_of({topic});
  const std::vector<Match> fired = rules->match(item_of("", text));
  if (fired.empty()) return "-";
  const Evidence& first = fired.front().evidence.front();
  return text.substr(first.begin, first.end - first.begin);
}

Topic topic_with(const std::string& term) {
  Topic topic;
  topic.id = "t";
  topic.threshold = 0.01;
  topic.terms.push_back({.text = term, .weight = 100, .provenance = {}});
  return topic;
}

class TermInLanguage : public testing::TestWithParam<Case> {};

TEST_P(TermInLanguage, IsFoundWithTheBytesOfTheOriginal) {
  const Case& one = GetParam();
  EXPECT_EQ(evidence_in(topic_with(one.term), one.text), one.surface) << one.why;
}

INSTANTIATE_TEST_SUITE_P(Golden, TermInLanguage, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& one) {
                           std::string name;
                           for (const char c : one.param.name) name += c == '-' ? '_' : c;
                           return name;
                         });

Topic stemmed(const std::string& stemmer, const std::string& term) {
  Topic topic = topic_with(term);
  topic.stem = stemmer;
  return topic;
}

TEST(StemmedTopic, FindsOtherFormsOfItsWords) {
  EXPECT_EQ(evidence_in(stemmed("english", "deport"), "They were deported."), "deported");
  EXPECT_EQ(evidence_in(stemmed("russian", "взрыв"), "Серия взрывов в городе"), "взрывов");
  EXPECT_EQ(evidence_in(stemmed("german", "Anschlag"), "Ziel des Anschlags"), "Anschlags");
}

TEST(StemmedTopic, FindsOtherFormsInPhrases) {
  EXPECT_EQ(evidence_in(stemmed("english", "foreign fighter"), "the foreign fighters left"),
            "foreign fighters");
}

TEST(StemmedTopic, ComparesPrefixesAndExactFormsWithWhatIsWritten) {
  EXPECT_EQ(evidence_in(stemmed("english", "organis*"), "an organisation"), "organisation");
  EXPECT_EQ(evidence_in(stemmed("english", "=IS"), "men of IS fled"), "IS");
  EXPECT_EQ(evidence_in(stemmed("english", "=IS"), "it is so"), "-");
}

TEST(StemmedTopic, StemsItsConditionToo) {
  Topic topic = stemmed("english", "deport");
  topic.when = "author:writers AND \"two man\"";
  const auto rules = rules_of({topic});
  ItemFields item = item_of("", "two mans were deported");
  item.author = "A Writer";
  EXPECT_EQ(rules->match(item).size(), 1U);
}

TEST(StemmedTopic, LeavesTheTopicsBesideItAsTheyAre) {
  Topic plain = topic_with("deport");
  plain.id = "plain";
  const auto rules = rules_of({stemmed("english", "deport"), plain});
  const std::vector<Match> fired = rules->match(item_of("", "They were deported."));
  ASSERT_EQ(fired.size(), 1U);
  EXPECT_EQ(fired.front().topic->id, "t");
}

TEST(StemmedTopic, IsReadFromItsFile) {
  const Topic topic = topic_of(
      "format = 1\n[topic]\nid = \"t\"\ntitle = \"T\"\nstem = \"english\"\nthreshold = 0.01\n"
      "[terms]\n\"raid\" = 1\n");
  EXPECT_EQ(topic.stem, "english");
  EXPECT_NE(write_topic(topic).find("stem = \"english\"\n"), std::string::npos);
}

TEST(StemmedTopic, RefusesAStemmerThatSnowballDoesNotHave) {
  const auto lines = mistakes_in(
      "format = 1\n[topic]\nid = \"t\"\ntitle = \"T\"\nstem = \"englsh\"\nthreshold = 0.01\n"
      "[terms]\n\"raid\" = 1\n");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines.front().find("'english'"), std::string::npos) << lines.front();
}

}  // namespace
}  // namespace tocsin::topics
