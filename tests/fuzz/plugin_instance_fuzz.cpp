// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "manifest/instance.hpp"

// A file that reads without mistakes has arguments for each of its options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::manifest;
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  Manifest manifest{.name = "console", .version = "1", .program = "tocsin-console"};
  manifest.options = {{.name = "color", .choices = {"auto", "never"}},
                      {.name = "one-line", .type = Type::boolean},
                      {.name = "width", .type = Type::integer, .low = 40},
                      {.name = "share", .type = Type::number, .high = 1},
                      {.name = "pause", .type = Type::duration},
                      {.name = "limit", .type = Type::size},
                      {.name = "to", .type = Type::strings}};
  const auto find = [&](const std::string&) -> tocsin::Result<Manifest> {
    return manifest;
  };
  const auto instance =
      read_instance({.path = "desk.toml", .name = "desk", .toml = bytes}, find, diagnostics);
  if (instance.has_value() == tocsin::has_errors(diagnostics)) __builtin_trap();
  if (!instance) return 0;
  for (const SetOption& one : instance->options) {
    const OptionSpec* const spec = manifest.find(one.name);
    if (spec == nullptr) __builtin_trap();
    for (const std::string& word : words_of(*spec, one.value)) {
      if (!parse_value(*spec, word)) __builtin_trap();
    }
  }
  static_cast<void>(arguments_of(*instance, manifest));
  return 0;
}
