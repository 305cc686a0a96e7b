// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::base.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string clean = tocsin::clean_utf8(text);
  if (!tocsin::is_utf8(clean) || tocsin::clean_utf8(clean) != clean) __builtin_trap();
  if (!tocsin::is_utf8(tocsin::truncate_utf8(clean, size / 2))) __builtin_trap();
  const std::string line = tocsin::escape_for_line(text);
  if (!tocsin::is_utf8(line) || line.find_first_of("\n\r\x1b") != std::string::npos) {
    __builtin_trap();
  }
  return 0;
}
