// SPDX-License-Identifier: Apache-2.0
#include "topics/topic_edit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::topics {
namespace {

const std::string file = R"(format = 1  # ours

[topic]
id = "t"
title = "Ärger im Hafen"
version = 3     # counted by hand
threshold = 0.0400

[terms]
"härbour" = 100     # 5 of 5
"quay" = 40         # 3 of 5
"boxing" = -20
# the rest is noise

[rule]
exclude = ["river isis"]  # rivers
)";

std::string edited(const TopicEdit& edit, const std::string& text = file) {
  const auto result = edit_topic(text, edit, "t.toml");
  return result ? *result : result.error().message;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(TopicEdit, WithoutChangesLeavesEveryByte) {
  EXPECT_EQ(edited({}), file);
}

TEST(TopicEdit, ChangesNumbersInTheirPlaces) {
  TopicEdit edit;
  edit.weights = {{"härbour", 80}, {"boxing", -35}};
  edit.threshold = 0.05;
  edit.version = 4;
  EXPECT_EQ(edited(edit),
            with(with(with(with(file, "= 100 ", "= 80 "), "-20", "-35"), "0.0400", "0.05"),
                 "version = 3", "version = 4"));
}

TEST(TopicEdit, AddsATermWhereItsWeightBelongs) {
  TopicEdit edit;
  edit.added = {{.text = "blaze", .weight = 60, .provenance = "tuned: in 3 relevant items"}};
  EXPECT_EQ(edited(edit),
            with(file, "\"quay\"", "\"blaze\" = 60        # tuned: in 3 relevant items\n\"quay\""));
}

TEST(TopicEdit, AddsTheLightestTermBehindTheOthers) {
  TopicEdit edit;
  edit.added = {{.text = "drill", .weight = -30, .provenance = {}}};
  EXPECT_EQ(edited(edit), with(file, "\"boxing\" = -20\n", "\"boxing\" = -20\n\"drill\" = -30\n"));
}

TEST(TopicEdit, RemovesATermWithItsLine) {
  TopicEdit edit;
  edit.removed = {"quay"};
  EXPECT_EQ(edited(edit), with(file, "\"quay\" = 40         # 3 of 5\n", ""));
}

TEST(TopicEdit, AddsExclusionsToAListOnOneLine) {
  TopicEdit edit;
  edit.excluded = {"fire \"sale\"", "b"};
  EXPECT_EQ(edited(edit), with(file, "[\"river", "[\"fire \\\"sale\\\"\", \"b\", \"river"));
}

TEST(TopicEdit, AddsExclusionsToAListOfSeveralLines) {
  const std::string text = with(file, "[\"river isis\"]", "[\n  # rivers\n  \"river isis\",\n]");
  TopicEdit edit;
  edit.excluded = {"b"};
  EXPECT_EQ(edited(edit, text), with(text, "  \"river isis\"", "  \"b\",\n  \"river isis\""));
}

TEST(TopicEdit, MakesTheListOrTheTableThatIsMissing) {
  TopicEdit edit;
  edit.excluded = {"b"};
  const std::string no_list = with(file, "exclude = [\"river isis\"]  # rivers\n", "");
  EXPECT_EQ(edited(edit, no_list), no_list + "exclude = [\"b\"]\n");
  const std::string no_table = with(no_list, "\n[rule]\n", "");
  EXPECT_EQ(edited(edit, no_table), no_table + "\n[rule]\nexclude = [\"b\"]\n");
}

TEST(TopicEdit, WritesAVersionThatIsMissing) {
  TopicEdit edit;
  edit.version = 2;
  const std::string text = with(file, "version = 3     # counted by hand\n", "");
  EXPECT_EQ(edited(edit, text), with(text, "id = \"t\"\n", "id = \"t\"\nversion = 2\n"));
}

TEST(TopicEdit, RefusesTermsThatAreNotThereAndInlineTables) {
  TopicEdit edit;
  edit.removed = {"pier"};
  EXPECT_EQ(edited(edit), "t.toml has no term 'pier'");
  EXPECT_EQ(edited({}, "format = 1\ntopic = {id=\"t\",title=\"T\",threshold=1}\n[terms]\nab=1\n"),
            "t.toml holds an inline table; tocsin topic fmt writes it in lines");
}

}  // namespace
}  // namespace tocsin::topics
