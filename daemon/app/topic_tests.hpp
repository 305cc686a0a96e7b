// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "topics/inline_test.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {

/// What the corpora beside one topic may hold at most.
struct CorpusLimits {
  static constexpr std::size_t items = 20000;  ///< In one file; a line has at most 4 MiB.
};

/// Runs every test of the topics: the `[[test]]` tables of `<id>.test.toml`, and the corpora beside
/// the topic file, `<id>.must.jsonl` and `<id>.must-not.jsonl`, one item a line as `tocsin match`
/// reads them. Each item is one report named by its id. A corpus that cannot be read, or a line
/// that is no item, is a test that fails. Each topic is tested alone; those of retired topics are
/// left out.
[[nodiscard]] std::vector<topics::TestReport> run_topic_tests(const topics::RuleSet& rules);

/// The tests of one topic of the set.
[[nodiscard]] std::vector<topics::TestReport> run_topic_tests(const topics::RuleSet& rules,
                                                              const topics::Topic& topic);

/// "config/topics/x.must.jsonl" of "config/topics/x.toml" and ".must.jsonl".
[[nodiscard]] std::string beside(const topics::Topic& topic, const std::string& ending);

}  // namespace tocsin::app
