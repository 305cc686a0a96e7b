// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/time_format.hpp"
#include "feed/dates.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto time = tocsin::feed::parse_date({reinterpret_cast<const char*>(data), size});
  // What was read can be printed and read again.
  if (time && tocsin::from_rfc3339(tocsin::to_rfc3339(*time)) != time) std::abort();
  return 0;
}
