// SPDX-License-Identifier: Apache-2.0
#include "topics/inline_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

InlineTest test_of(std::string text, bool expect_alert,
                   std::vector<std::string> expect_evidence = {}) {
  InlineTest test;
  test.name = "name";
  test.text = std::move(text);
  test.expect_alert = expect_alert;
  test.expect_evidence = std::move(expect_evidence);
  test.line = 7;
  return test;
}

TestReport report_of(InlineTest test) {
  Topic topic =
      topic_of(file_with("[alias]\nx = [\"foreign fighters\"]\n[terms]\n\"@x\" = 1\n"
                         "[rule]\nexclude = [\"boxing\"]\n"));
  topic.tests = {std::move(test)};
  const std::vector<TestReport> reports = run_tests(*rules_of({topic}));
  EXPECT_THAT(reports, SizeIs(1));
  return reports.empty() ? TestReport{} : reports.front();
}

TEST(InlineTests, PassWhereTheAlertComesAsExpected) {
  const TestReport report = report_of(test_of("Foreign-Fighters", true, {"foreign fighters"}));
  EXPECT_TRUE(report.passed) << report.why;
  EXPECT_EQ(report.topic, "t");
  EXPECT_EQ(report.name, "name");
  EXPECT_EQ(report.line, 7U);
}

TEST(InlineTests, AcceptATermAsWrittenForEvidence) {
  EXPECT_TRUE(report_of(test_of("foreign fighters", true, {"@x"})).passed);
}

TEST(InlineTests, PassWhereNoAlertIsExpectedAndNoneComes) {
  EXPECT_TRUE(report_of(test_of("nothing", false)).passed);
}

TEST(InlineTests, SayWhatKeptTheAlertBack) {
  const TestReport report = report_of(test_of("foreign fighters boxing", true));
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(report.why, HasSubstr("expected an alert, but there is none: score 1 of 0.01, "
                                    "excluded by boxing"));
}

TEST(InlineTests, FailWhereAnAlertComesUnexpected) {
  EXPECT_THAT(report_of(test_of("foreign fighters", false)).why, HasSubstr("expected no alert"));
}

TEST(InlineTests, FailWhereTheEvidenceDidNotOccur) {
  EXPECT_THAT(report_of(test_of("foreign fighters", true, {"returnee"})).why,
              HasSubstr("the evidence 'returnee', which did not occur"));
}

TEST(InlineTests, AreLeftOutForARetiredTopic) {
  Topic topic = topic_of(file_with("status = \"retired\"\n[terms]\nx = 1\n"));
  topic.tests = {test_of("x", true)};
  EXPECT_THAT(run_tests(*rules_of({topic})), IsEmpty());
}

}  // namespace
}  // namespace tocsin::topics
