// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "topics/rule_set.hpp"
#include "topics/topic.hpp"
#include "topics/topic_file.hpp"

// A file that reads well also compiles, and its canonical form reads well and stays as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Diagnostics diagnostics;
  static_cast<void>(topics::read_tests(text, "t.test.toml", diagnostics));
  const auto topic = topics::read_topic(text, "t.toml", diagnostics);
  if (!topic) return 0;
  const std::string written = topics::write_topic(*topic);
  const auto formatted = topics::format_topic(written, "t.toml");
  if (!formatted || *formatted != written) std::abort();
  const auto once = topics::format_topic(text, "t.toml");
  if (!once || topics::format_topic(*once, "t.toml").value_or("") != *once) std::abort();
  const auto rules = topics::RuleSet::compile({*topic}, diagnostics);
  if (!rules) std::abort();
  topics::ItemFields item;
  item.title = "Foreign fighters return home, IS says";
  item.content = text;
  static_cast<void>((*rules)->explain(item));
  return 0;
}
