// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/delivery_jobs.hpp"
#include "base/utf8.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto name = tocsin::app::read_forgetting({reinterpret_cast<const char*>(data), size});
  if (!name) return 0;
  // It is written into the answer as it stands, and names somebody.
  if (name->empty() || !tocsin::is_utf8(*name)) __builtin_trap();
  const auto again = tocsin::app::read_forgetting(tocsin::app::forgotten_json(*name, {}));
  if (!again || *again != *name) __builtin_trap();
  return 0;
}
