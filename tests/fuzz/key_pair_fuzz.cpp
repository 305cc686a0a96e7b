// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/key_pair.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto pair = tocsin::parse_key_pair(bytes);
  if (!pair) return 0;
  const auto again = tocsin::parse_key_pair(tocsin::render(*pair, "fuzz"));
  if (!again || again->secret_key != pair->secret_key) __builtin_trap();
  return 0;
}
