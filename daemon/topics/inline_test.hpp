// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tocsin::topics {

class RuleSet;

/// How one `[[test]]` of one topic went.
struct TestReport {
  std::string topic;  ///< Id.
  std::string name;
  bool passed = false;
  std::string
      why;  ///< One line when it failed: what was expected, what happened, score and threshold.
  unsigned line = 0;  ///< Of the test in its file.
};

/// Filters are left aside: a test says what a topic means, not what a house keeps of it.
/// Runs the tests of every topic in the set, each against its own topic alone, in the order of the
/// topics and of the file. Those of retired topics are left out: a retired topic never fires.
[[nodiscard]] std::vector<TestReport> run_tests(const RuleSet& rules);

}  // namespace tocsin::topics
