// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "manifest/manifest.hpp"

// A manifest that reads without mistakes has defaults and examples that its own rules allow.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::manifest;
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto manifest = read_manifest(bytes, "plugin.toml", diagnostics);
  if (manifest.has_value() == tocsin::has_errors(diagnostics)) __builtin_trap();
  if (!manifest) return 0;
  for (const OptionSpec& spec : manifest->options) {
    if (!is_option_name(spec.name)) __builtin_trap();
    if (spec.fallback && !wrong_with(spec, *spec.fallback).empty()) __builtin_trap();
    if (spec.example && !wrong_with(spec, *spec.example).empty()) __builtin_trap();
  }
  return 0;
}
