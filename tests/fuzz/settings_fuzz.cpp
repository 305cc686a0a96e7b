// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "settings/settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto settings = tocsin::settings::read_settings(bytes, "tocsin.toml", diagnostics);
  if (settings.has_value() == tocsin::has_errors(diagnostics)) __builtin_trap();
  return 0;
}
