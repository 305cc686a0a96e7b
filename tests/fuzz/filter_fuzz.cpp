// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "topics/filter.hpp"
#include "topics/rule_set.hpp"
#include "topics/topic_file.hpp"

// A filter that reads well also compiles, its canonical form stays as it is, and with it a topic
// fires no more often than without.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Diagnostics diagnostics;
  auto filter = topics::read_filter(text, "f.filter.toml", diagnostics);
  if (!filter) return 0;
  const auto once = topics::format_topic(text, "f.filter.toml");
  if (!once || topics::format_topic(*once, "f.filter.toml").value_or("") != *once) std::abort();
  topics::Topic topic;
  topic.id = "t";
  topic.terms.push_back({.text = "fighters", .weight = 1, .provenance = {}});
  topic.filters.push_back(std::make_shared<const topics::Filter>(std::move(*filter)));
  const auto rules = topics::RuleSet::compile({topic}, diagnostics);
  if (!rules) std::abort();
  topics::ItemFields item;
  item.title = "Foreign fighters return home, IS says";
  item.content = text;
  const auto matches = (*rules)->explain(item);
  if (matches.size() != 1 || matches[0].fired == !matches[0].filtered_by.empty()) std::abort();
  return 0;
}
