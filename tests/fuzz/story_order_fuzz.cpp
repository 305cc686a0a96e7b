// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/story_orders.hpp"
#include "base/utf8.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  for (const std::string_view verb : {app::split_verb, app::merge_verb}) {
    const auto order = app::read_story_order(verb, bytes);
    if (!order) continue;
    if (!is_utf8(order->story) || !is_utf8(order->author)) __builtin_trap();
    // What was read once is read again, the same.
    const auto again = app::read_story_order(verb, app::write_story_order(*order));
    if (!again || again->story != order->story || again->into != order->into ||
        again->items != order->items || again->author != order->author ||
        again->reason != order->reason) {
      __builtin_trap();
    }
  }
  return 0;
}
