// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/item_line.hpp"
#include "base/utf8.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  const auto item = tocsin::app::read_item_line(line);
  if (!item) {
    if (tocsin::app::mistake_column(line) > size + 1) __builtin_trap();
    return 0;
  }
  for (const auto* text : {&item->id, &item->title, &item->summary, &item->content, &item->link}) {
    if (!tocsin::is_utf8(*text)) __builtin_trap();
  }
  return 0;
}
