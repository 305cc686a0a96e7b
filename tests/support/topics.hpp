// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"

namespace tocsin::test {

/// A topic that fires on one word.
inline topics::Topic topic_on(const std::string& id, const std::string& word) {
  topics::Topic topic;
  topic.id = id;
  topic.title = "Topic " + id;
  topic.status = topics::Status::stable;
  topic.severity = 3;
  topic.threshold = 0.01;
  topic.average_length = 20;
  topic.terms = {{.text = word, .weight = 100, .provenance = {}}};
  topic.digest = "0123456789abcdef";
  return topic;
}

inline std::shared_ptr<const topics::RuleSet> rules_of(std::vector<topics::Topic> topics) {
  Diagnostics diagnostics;
  auto rules = topics::RuleSet::compile(std::move(topics), diagnostics);
  EXPECT_TRUE(rules) << rules.error().message;
  return rules ? *rules : nullptr;
}

}  // namespace tocsin::test
