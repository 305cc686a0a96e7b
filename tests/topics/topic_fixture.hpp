// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {

/// The lines `to_line` makes of every mistake in a topic file named "t.toml".
inline std::vector<std::string> mistakes_in(std::string_view toml) {
  Diagnostics diagnostics;
  static_cast<void>(read_topic(toml, "t.toml", diagnostics));
  std::vector<std::string> lines;
  for (const Diagnostic& one : diagnostics) lines.push_back(to_line(one));
  return lines;
}

/// A topic that must be right.
inline Topic topic_of(std::string_view toml) {
  Diagnostics diagnostics;
  const auto topic = read_topic(toml, "t.toml", diagnostics);
  EXPECT_TRUE(topic.has_value()) << (diagnostics.empty() ? "" : to_line(diagnostics.front()));
  return topic.value_or(Topic{});
}

/// A topic "t" with a threshold of 0.01 and the given tables behind its head.
inline std::string file_with(const std::string& tables) {
  return "format = 1\n[topic]\nid = \"t\"\ntitle = \"T\"\nthreshold = 0.01\n" + tables;
}

inline std::shared_ptr<const RuleSet> rules_of(std::vector<Topic> topics) {
  Diagnostics diagnostics;
  auto rules = RuleSet::compile(std::move(topics), diagnostics);
  EXPECT_TRUE(rules.has_value()) << (diagnostics.empty() ? "" : to_line(diagnostics.front()));
  return rules.value_or(nullptr);
}

inline std::shared_ptr<const RuleSet> rules_with(const std::string& tables) {
  return rules_of({topic_of(file_with(tables))});
}

/// An item of the three fields that are scored.
inline ItemFields item_of(std::string_view title, std::string_view summary = {},
                          std::string_view content = {}) {
  ItemFields item;
  item.title = title;
  item.summary = summary;
  item.content = content;
  return item;
}

}  // namespace tocsin::topics
