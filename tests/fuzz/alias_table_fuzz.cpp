// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "topics/alias_table.hpp"
#include "topics/topic_file.hpp"

// A group that is read may stand in a topic file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  Diagnostics diagnostics;
  const auto table = topics::parse_alias_table({reinterpret_cast<const char*>(data), size},
                                               "aliases.toml", diagnostics);
  if (!table) return 0;
  topics::Topic topic;
  topic.id = topic.title = "t";
  for (const topics::AliasGroup& group : table->all) {
    if (group.phrases.size() != group.surfaces.size()) std::abort();
    if (topic.aliases.size() == topics::TopicLimits::aliases) break;
    topic.aliases.emplace_back(group.name, group.surfaces);
  }
  topic.terms.push_back({.text = "word", .weight = 1, .provenance = ""});
  if (!topics::read_topic(topics::write_topic(topic), "t.toml", diagnostics)) std::abort();
  return 0;
}
