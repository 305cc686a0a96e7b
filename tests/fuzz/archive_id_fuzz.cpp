// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.hpp"
#include "jsonl/archive.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto id = tocsin::jsonl::id_in({reinterpret_cast<const char*>(data), size});
  if (id && !tocsin::is_utf8(*id)) __builtin_trap();
  return 0;
}
