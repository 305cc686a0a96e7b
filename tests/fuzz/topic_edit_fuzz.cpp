// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "topics/topic_edit.hpp"
#include "topics/topic_file.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto topic = tocsin::topics::read_topic(bytes, "t.toml", diagnostics);
  if (!topic) return 0;
  tocsin::topics::TopicEdit edit;
  edit.weights.emplace_back(topic->terms.front().text, 7);
  edit.added.push_back({.text = "zzyzx quux", .weight = 3, .provenance = "tuned"});
  edit.excluded = {"zzyzx \"river\""};
  edit.threshold = 0.5;
  edit.version = 9;
  const auto edited = tocsin::topics::edit_topic(bytes, edit, "t.toml");
  if (!edited) return 0;
  const auto again = tocsin::topics::read_topic(*edited, "t.toml", diagnostics);
  if (!again || again->threshold != 0.5 || again->version != 9) __builtin_trap();
  if (again->terms.size() != topic->terms.size() + 1) __builtin_trap();
  if (again->exclude.size() != topic->exclude.size() + 1) __builtin_trap();
  return 0;
}
