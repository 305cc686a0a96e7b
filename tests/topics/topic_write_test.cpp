// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "topics/topic_file.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::HasSubstr;

Topic derived_topic() {
  Topic topic;
  topic.id = "t";
  topic.title = "A \"quoted\" title";
  topic.threshold = 0.09412;
  topic.average_length = 71.25;
  topic.saturation = 0.4;
  topic.derived = Derivation{.from = "seeds", .digest = "00", .algorithm = 1};
  topic.aliases = {{"is", {"Islamic State", "=IS"}}};
  topic.terms = {{.text = "@is", .weight = 100, .provenance = "alias"},
                 {.text = "foreign fighters", .weight = 64.5, .provenance = "4 of 5 seeds"},
                 {.text = "straße", .weight = 3, .provenance = ""}};
  topic.require = {{.any = {"@is", "caliphate"}, .otherwise = 0.5}, {.any = {"x"}}};
  topic.exclude = {"back\\slash"};
  topic.when = "\"a b\" AND NOT title:c";
  topic.correlation = Correlation{
      .independent_sources = 3, .within = std::chrono::hours{6}, .raises_severity = true};
  return topic;
}

TEST(WriteTopic, WritesWhatReadTopicReadsBack) {
  const Topic topic = derived_topic();
  const Topic back = topic_of(write_topic(topic));
  EXPECT_EQ(back.title, topic.title);
  EXPECT_EQ(back.threshold, topic.threshold);
  EXPECT_EQ(back.average_length, topic.average_length);
  EXPECT_EQ(back.saturation, topic.saturation);
  EXPECT_EQ(back.aliases, topic.aliases);
  EXPECT_EQ(back.exclude, topic.exclude);
  EXPECT_EQ(back.when, topic.when);
  ASSERT_EQ(back.terms.size(), topic.terms.size());
  EXPECT_EQ(back.terms[1].text, topic.terms[1].text);
  EXPECT_EQ(back.terms[1].weight, topic.terms[1].weight);
  EXPECT_EQ(back.terms[1].provenance, topic.terms[1].provenance);
  ASSERT_EQ(back.require.size(), 2U);
  EXPECT_EQ(back.require[0].any, topic.require[0].any);
  EXPECT_EQ(back.require[1].otherwise, 0);
  EXPECT_EQ(write_topic(back), write_topic(topic));
}

TEST(WriteTopic, PutsTermsInDescendingWeightAndTheirProvenanceInOneColumn) {
  Topic topic = derived_topic();
  std::swap(topic.terms.front(), topic.terms.back());
  EXPECT_THAT(write_topic(topic), HasSubstr("[terms]\n"
                                            "\"@is\" = 100                # alias\n"
                                            "\"foreign fighters\" = 64.5  # 4 of 5 seeds\n"
                                            "\"straße\" = 3\n"));
}

TEST(WriteTopic, KeepsAProvenanceOfSeveralLinesOnOne) {
  Topic topic = derived_topic();
  topic.terms[0].provenance = "one\n\"two\" = 3";
  EXPECT_EQ(topic_of(write_topic(topic)).terms.size(), topic.terms.size());
}

TEST(FormatTopic, LeavesADerivedFileAsItIs) {
  const std::string written = write_topic(derived_topic());
  EXPECT_EQ(format_topic(written, "t.toml").value_or(""), written);
}

TEST(FormatTopic, KeepsEveryCommentWithItsKey) {
  const std::string messy =
      "# Licence\nformat=1 # one\n[topic]\nid = 't' # the id\ntitle = \"T # no comment\"\n"
      "threshold = 1\n\n# names\n[alias]\nx = [ 'a', # inside\n  'b' ]\n"
      "[terms]\nlow = 1   # 2 seeds\n# why high\nhigh = 2\n# the end\n";
  EXPECT_EQ(format_topic(messy, "t.toml").value_or(""),
            "# Licence\nformat = 1  # one\n\n[topic]\nid = \"t\"  # the id\n"
            "title = \"T # no comment\"\nversion = 1\nstatus = \"experimental\"\nseverity = 5\n"
            "threshold = 1\n\n# names\n[alias]\n# inside\nx = [\"a\", \"b\"]\n\n"
            "[terms]\n# why high\n\"high\" = 2\n\"low\" = 1  # 2 seeds\n\n# the end\n");
}

TEST(FormatTopic, ChangesNothingTheSecondTime) {
  const std::string messy = file_with(
      "# a\n[terms]\n# b\n\"x\" = 1 # c\n\"y\" = 2\nwhen = 'x' # d\n# e\nexclude = [\n# f\n'z']\n# "
      "g\n");
  const std::string once = format_topic(messy, "t.toml").value_or("");
  ASSERT_NE(once, "");
  EXPECT_EQ(format_topic(once, "t.toml").value_or(""), once);
}

TEST(FormatTopic, MovesTheRuleUnderItsOwnHeader) {
  const std::string formatted =
      format_topic(file_with("[terms]\na = 1\nwhen = 'a' # gate\n"), "t.toml").value_or("");
  EXPECT_THAT(formatted, HasSubstr("\n[rule]\nwhen = \"a\"  # gate\n"));
}

TEST(FormatTopic, NamesTheFirstMistakeOfABrokenFile) {
  const auto formatted = format_topic("format = 1\n[topic\n", "t.toml");
  ASSERT_FALSE(formatted.has_value());
  EXPECT_EQ(formatted.error().code, Errc::invalid_input);
  EXPECT_THAT(formatted.error().message, HasSubstr("t.toml:2:"));
}

TEST(RoundSignificant, KeepsSoManyDigits) {
  EXPECT_EQ(round_significant(0.0941237, 4), 0.09412);
  EXPECT_EQ(round_significant(1234567, 2), 1200000);
  EXPECT_EQ(round_significant(0, 4), 0);
}

}  // namespace
}  // namespace tocsin::topics
