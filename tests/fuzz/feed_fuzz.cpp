// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "feed_check.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Whole documents of any format, or of none.
  tocsin::fuzz::check_feed({reinterpret_cast<const char*>(data), size}, {});
  return 0;
}
