// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::base.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto time = tocsin::from_rfc3339({reinterpret_cast<const char*>(data), size});
  if (!time) return 0;
  const auto shown = tocsin::to_rfc3339(*time);
  const auto again = tocsin::from_rfc3339(shown);
  // What is shown can be read, and shows the same.
  if (!again || tocsin::to_rfc3339(*again) != shown) __builtin_trap();
  return 0;
}
