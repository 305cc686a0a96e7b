// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/delivery_jobs.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto order = tocsin::app::read_letter_order({reinterpret_cast<const char*>(data), size});
  if (!order) return 0;
  // What was read once is read again, the same.
  const auto again = tocsin::app::read_letter_order(tocsin::app::to_json(*order));
  if (!again || again->kind != order->kind || again->seq != order->seq ||
      again->subscriber != order->subscriber) {
    __builtin_trap();
  }
  return 0;
}
