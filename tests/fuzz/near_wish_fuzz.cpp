// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/near_wish.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wish = tocsin::app::read_near_wish({reinterpret_cast<const char*>(data), size});
  if (wish && !(wish->share > 0 && wish->share <= 1)) __builtin_trap();
  return 0;
}
