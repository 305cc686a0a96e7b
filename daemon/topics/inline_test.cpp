// SPDX-License-Identifier: Apache-2.0
#include "topics/inline_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/utf8.hpp"
#include "text/tokenize.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {
namespace {

std::string_view field_of(const ItemFields& item, Field field) {
  return field == Field::title ? item.title : item.content;
}

/// True when a term was found as `wanted` is written in the topic, or a surface reads like it.
bool has_evidence(const Match& match, const ItemFields& item, const std::string& wanted) {
  const std::string form = text::comparison_form(wanted);
  return std::any_of(match.evidence.begin(), match.evidence.end(), [&](const Evidence& one) {
    const std::string_view surface =
        field_of(item, one.field).substr(one.begin, one.end - one.begin);
    return one.term == wanted || text::comparison_form(surface) == form;
  });
}

std::string why_silent(const Match& match) {
  std::string why = fmt::format("score {:.4g} of {:.4g}", match.score, match.topic->threshold);
  if (match.is_foreign_language) why += ", another language";
  if (match.gate_failed) why += ", 'when' does not hold";
  for (const std::string& group : match.missing) why += ", missing " + escape_for_line(group);
  for (const std::string& one : match.excluded_by) why += ", excluded by " + escape_for_line(one);
  return why;
}

/// Empty when the test passes.
std::string why_failed(const InlineTest& test, const Match& match, const ItemFields& item) {
  std::string why = why_not_as_expected(match, test.expect_alert);
  if (!why.empty()) return why;
  for (const std::string& wanted : test.expect_evidence) {
    if (!has_evidence(match, item, wanted)) {
      return fmt::format("expected the evidence '{}', which did not occur",
                         escape_for_line(wanted));
    }
  }
  return {};
}

TestReport run_test(const RuleSet& rules, const Topic& topic, const InlineTest& test) {
  ItemFields item;
  item.title = test.title;
  item.content = test.text;
  Match match;
  match.topic = &topic;
  for (Match& one : rules.explain(item)) {
    if (one.topic == &topic) match = std::move(one);
  }
  TestReport report;
  report.topic = topic.id;
  report.name = test.name;
  report.why = why_failed(test, match, item);
  report.passed = report.why.empty();
  report.file = std::filesystem::path{topic.file}.replace_extension(".test.toml").string();
  report.line = test.line;
  return report;
}

}  // namespace

std::vector<TestReport> run_tests(const RuleSet& rules) {
  std::vector<TestReport> reports;
  for (const Topic& topic : rules.topics()) {
    for (TestReport& report : run_tests(rules, topic)) reports.push_back(std::move(report));
  }
  return reports;
}

std::vector<TestReport> run_tests(const RuleSet& rules, const Topic& topic) {
  std::vector<TestReport> reports;
  if (topic.status == Status::retired) return reports;
  for (const InlineTest& test : topic.tests) reports.push_back(run_test(rules, topic, test));
  return reports;
}

std::string why_not_as_expected(const Match& match, bool expect_alert) {
  const bool fires =
      match.fired || !match.filtered_by.empty();  // a house's filters are no test's matter
  if (fires == expect_alert) return {};
  if (expect_alert) return "expected an alert, but there is none: " + why_silent(match);
  return fmt::format("expected no alert, but there is one: score {:.4g} of {:.4g}", match.score,
                     match.topic->threshold);
}

}  // namespace tocsin::topics
