// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "settings/plugin_instance.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto instance = tocsin::settings::read_plugin_instance(bytes, "desk.toml", diagnostics);
  if (instance.has_value() == tocsin::has_errors(diagnostics)) __builtin_trap();
  return 0;
}
