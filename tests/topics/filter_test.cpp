// SPDX-License-Identifier: Apache-2.0
#include "topics/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp_dir.hpp"
#include "topics/inline_test.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view sport = R"(format = 1
[filter]
id = "sport"
title = "Sport is another desk's"
topics = ["t"]

[alias]
ring = ["boxing ring", "title fight"]

[rule]
exclude = ["@ring"]
unless = 'category:sport OR link:/\/sport\//'
)";

Filter filter_of(std::string_view toml) {
  Diagnostics diagnostics;
  const auto filter = read_filter(toml, "sport.filter.toml", diagnostics);
  EXPECT_TRUE(filter.has_value()) << (diagnostics.empty() ? "" : to_line(diagnostics.front()));
  return filter.value_or(Filter{});
}

std::vector<std::string> mistakes_in_filter(std::string_view toml) {
  Diagnostics diagnostics;
  static_cast<void>(read_filter(toml, "f", diagnostics));
  std::vector<std::string> lines;
  for (const Diagnostic& one : diagnostics) lines.push_back(to_line(one));
  return lines;
}

Topic filtered_topic() {
  Topic topic = topic_of(file_with("[terms]\nfighters = 1\n"));
  topic.filters.push_back(std::make_shared<const Filter>(filter_of(sport)));
  return topic;
}

std::string selection(const std::string& keys) {
  return "format = 1\n[filter]\nid = \"f\"\ntitle = \"F\"\n" + keys + "[rule]\nexclude = [\"a\"]\n";
}

TEST(Filter, ReadsItsFile) {
  const Filter filter = filter_of(sport);
  EXPECT_EQ(filter.id, "sport");
  EXPECT_EQ(filter.title, "Sport is another desk's");
  EXPECT_THAT(filter.topics, ElementsAre("t"));
  EXPECT_THAT(filter.exclude, ElementsAre("@ring"));
  EXPECT_EQ(filter.unless, "category:sport OR link:/\\/sport\\//");
  EXPECT_EQ(filter.digest.size(), 16U);
}

TEST(Filter, SelectsTopicsByIdBeginningOrAll) {
  Topic topic;
  topic.id = "plots-in-europe";
  EXPECT_TRUE(filter_of(selection("topics = [\"x\", \"plots-in-europe\"]\n")).selects(topic));
  EXPECT_TRUE(filter_of(selection("topics = [\"plots-*\"]\n")).selects(topic));
  EXPECT_TRUE(filter_of(selection("topics = [\"*\"]\n")).selects(topic));
  EXPECT_FALSE(filter_of(selection("topics = [\"plots\"]\n")).selects(topic));
}

TEST(Filter, SelectsOnlyTheSeveritiesAndMediaTopicsItNames) {
  Topic topic;
  topic.id = "t";
  topic.severity = 5;
  topic.medtop = {"20000053"};
  const std::string all = "topics = [\"*\"]\n";
  EXPECT_TRUE(filter_of(selection(all + "severity = [4, 5]\n")).selects(topic));
  EXPECT_FALSE(filter_of(selection(all + "severity = [4]\n")).selects(topic));
  EXPECT_TRUE(filter_of(selection(all + "medtop = [\"20000053\"]\n")).selects(topic));
  EXPECT_FALSE(filter_of(selection(all + "medtop = [\"20000054\"]\n")).selects(topic));
}

TEST(Filter, SilencesWhereAnExclusionOccurs) {
  const auto rules = rules_of({filtered_topic()});
  EXPECT_EQ(rules->match(item_of("fighters return")).size(), 1U);
  EXPECT_THAT(rules->match(item_of("fighters in the boxing ring")), IsEmpty());
}

TEST(Filter, SilencesWhereItsConditionHolds) {
  const auto rules = rules_of({filtered_topic()});
  ItemFields item = item_of("fighters return");
  item.link = "https://example.org/sport/1";
  EXPECT_THAT(rules->match(item), IsEmpty());
}

TEST(Filter, IsNamedWithItsReasonByExplain) {
  const auto rules = rules_of({filtered_topic()});
  const auto matches = rules->explain(item_of("fighters in the boxing ring"));
  ASSERT_EQ(matches.size(), 1U);
  ASSERT_EQ(matches[0].filtered_by.size(), 1U);
  EXPECT_EQ(matches[0].filtered_by[0].filter, "sport");
  EXPECT_EQ(matches[0].filtered_by[0].reason, "@ring");
  EXPECT_FALSE(matches[0].fired);
}

TEST(Filter, IsNamedWithItsConditionByExplain) {
  const auto rules = rules_of({filtered_topic()});
  ItemFields item = item_of("fighters return");
  item.category = "sport";
  const auto matches = rules->explain(item);
  ASSERT_EQ(matches.size(), 1U);
  ASSERT_EQ(matches[0].filtered_by.size(), 1U);
  EXPECT_EQ(matches[0].filtered_by[0].title, "Sport is another desk's");
  EXPECT_EQ(matches[0].filtered_by[0].reason, R"(unless category:sport OR link:/\/sport\//)");
}

TEST(Filter, IsNotNamedWhereTheTopicIsSilentAnyway) {
  Topic topic = filtered_topic();
  topic.threshold = 9;
  const auto rules = rules_of({topic});
  const auto matches = rules->explain(item_of("fighters in the boxing ring"));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_THAT(matches[0].filtered_by, IsEmpty());
}

TEST(Filter, LeavesTopicsAloneThatItDoesNotSelect) {
  Topic other = topic_of(file_with("[terms]\nfighters = 1\n"));
  other.id = "u";
  const auto rules = rules_of({filtered_topic(), other});
  const auto matches = rules->match(item_of("fighters in the boxing ring"));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].topic->id, "u");
}

TEST(Filter, ChangesTheDigestOfTheRuleSet) {
  Topic changed = filtered_topic();
  changed.filters = {std::make_shared<const Filter>(filter_of(selection("topics = [\"*\"]\n")))};
  Topic bare = filtered_topic();
  bare.filters.clear();
  const std::string digest = rules_of({filtered_topic()})->digest();
  EXPECT_NE(digest, rules_of({changed})->digest());
  EXPECT_NE(digest, rules_of({bare})->digest());
}

TEST(Filter, IsLeftAsideByTheTestsOfATopic) {
  Topic topic = filtered_topic();
  topic.tests = {{.name = "ring", .title = "fighters in the boxing ring", .expect_alert = true}};
  const auto rules = rules_of({topic});
  const auto reports = run_tests(*rules);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].passed) << reports[0].why;
}

TEST(Filter, TellsMistakesAtTheirPlace) {
  EXPECT_THAT(mistakes_in_filter(selection("topic = [\"*\"]\n")),
              ElementsAre(HasSubstr("'topics' is missing in [filter]"),
                          "f:5:1: error: unknown key 'topic' in [filter]; did you mean 'topics'?"));
  EXPECT_THAT(mistakes_in_filter(selection("topics = [\"a*b\"]\n")),
              ElementsAre(HasSubstr("f:5:11: error: 'a*b' is no id of a topic")));
  EXPECT_THAT(mistakes_in_filter(selection("topics = [\"*\"]\nseverity = [0]\n")),
              ElementsAre(HasSubstr("f:6:13: error: 'severity' is a list of whole numbers")));
  EXPECT_THAT(mistakes_in_filter(selection("topics = [\"*\"]\n") + "unless = 'a ADN b'\n"),
              ElementsAre(HasSubstr("f:8:13: error: in 'unless': AND or OR is missing here; did "
                                    "you mean 'AND'")));
}

TEST(Filter, WantsSomethingToHold) {
  EXPECT_THAT(mistakes_in_filter("format = 1\n[filter]\nid = \"f\"\ntitle = \"F\"\ntopics = "
                                 "[\"*\"]\n[rule]\n"),
              ElementsAre(HasSubstr("[rule] has neither 'exclude' nor 'unless'")));
}

TEST(Filter, FormatsLikeATopicAndKeepsComments) {
  const std::string written =
      "format = 1\n# who asked\n[filter]\ntopics = ['*']  # all\nid='f'\ntitle = \"F\"\n"
      "[rule]\nunless = \"category:\\\"a b\\\"\"\n# end\n";
  const auto once = format_topic(written, "f.filter.toml");
  ASSERT_TRUE(once.has_value()) << once.error().message;
  EXPECT_EQ(*once,
            "format = 1\n\n# who asked\n[filter]\nid = \"f\"\ntitle = \"F\"\ntopics = [\"*\"]  # "
            "all\n\n[rule]\nunless = 'category:\"a b\"'\n\n# end\n");
  EXPECT_EQ(format_topic(*once, "f.filter.toml").value_or(""), *once);
}

TEST(Filter, ReadsTheSample) {
  std::ifstream file{std::string{TOCSIN_SOURCE_DIR} + "/config/house.filter.toml"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(filter_of(text).id, "house");
}

class FilterFiles : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = root_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << text;
  }

  std::vector<Topic> load() {
    const auto topics =
        load_topics(std::vector<std::filesystem::path>{root_ / "a", root_ / "b"}, diagnostics_);
    return topics.value_or(std::vector<Topic>{});
  }

  test::TempDir directory_;
  std::filesystem::path root_{directory_.path()};
  Diagnostics diagnostics_;
};

TEST_F(FilterFiles, GoToTheTopicsTheySelect) {
  write("a/t.toml", file_with("[terms]\na = 1\n"));
  write("b/sport.filter.toml", sport);
  const auto topics = load();
  ASSERT_EQ(topics.size(), 1U);
  ASSERT_EQ(topics[0].filters.size(), 1U);
  EXPECT_EQ(topics[0].filters[0]->id, "sport");
  EXPECT_THAT(diagnostics_, IsEmpty());
}

TEST_F(FilterFiles, AreRemovedByAnEmptyFileLaterOn) {
  write("a/t.toml", file_with("[terms]\na = 1\n"));
  write("a/sport.filter.toml", sport);
  write("b/sport.filter.toml", "");
  const auto topics = load();
  ASSERT_EQ(topics.size(), 1U);
  EXPECT_THAT(topics[0].filters, IsEmpty());
}

TEST_F(FilterFiles, AreMistakesWhereTheyAreBroken) {
  write("a/t.toml", file_with("[terms]\na = 1\n"));
  write("a/sport.filter.toml", "format = 1\n");
  EXPECT_THAT(load(), IsEmpty());
  EXPECT_TRUE(has_errors(diagnostics_));
}

TEST_F(FilterFiles, AreNamedAfterTheirId) {
  write("a/t.toml", file_with("[terms]\na = 1\n"));
  write("a/other.filter.toml", sport);
  EXPECT_THAT(load(), IsEmpty());
  ASSERT_EQ(diagnostics_.size(), 1U);
  EXPECT_THAT(to_line(diagnostics_[0]), HasSubstr("other.filter.toml:3:6: error: the filter's id"));
  EXPECT_THAT(diagnostics_[0].message, HasSubstr("must be named sport.filter.toml"));
}

TEST_F(FilterFiles, AreWarnedOfWhenTheySelectNothing) {
  write("a/u.toml",
        "format = 1\n[topic]\nid = \"u\"\ntitle = \"U\"\nthreshold = 1\n[terms]\na=1\n");
  write("a/sport.filter.toml", sport);
  EXPECT_EQ(load().size(), 1U);
  ASSERT_EQ(diagnostics_.size(), 1U);
  EXPECT_EQ(diagnostics_[0].level, Diagnostic::Level::warning);
  EXPECT_EQ(std::pair(diagnostics_[0].line, diagnostics_[0].column), std::pair(5U, 10U));
}

}  // namespace
}  // namespace tocsin::topics
