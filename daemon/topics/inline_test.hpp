// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tocsin::topics {

class RuleSet;
struct Match;
struct Topic;

/// How one `[[test]]` of one topic went.
struct TestReport {
  std::string topic;  ///< Id.
  std::string name;
  bool passed = false;
  std::string
      why;  ///< One line when it failed: what was expected, what happened, score and threshold.
  std::string file;   ///< Where the test stands.
  unsigned line = 0;  ///< Of the test in its file.
};

/// Filters are left aside: a test says what a topic means, not what a house keeps of it.
/// Runs the tests of every topic in the set, each against its own topic alone, in the order of the
/// topics and of the file. Those of retired topics are left out: a retired topic never fires.
[[nodiscard]] std::vector<TestReport> run_tests(const RuleSet& rules);

/// Those of one topic of the set.
[[nodiscard]] std::vector<TestReport> run_tests(const RuleSet& rules, const Topic& topic);

/// Empty when the topic fires, or does not, as expected; else what happened in one line, with
/// score, threshold and what stopped it.
[[nodiscard]] std::string why_not_as_expected(const Match& match, bool expect_alert);

}  // namespace tocsin::topics
