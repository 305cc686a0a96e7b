// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/replay_corpus.hpp"
#include "base/utf8.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  const auto item = tocsin::app::read_archived_item(line, "items.jsonl", "items.jsonl:1");
  if (!item) return 0;
  if (!tocsin::is_utf8(item->item.title) || !tocsin::is_utf8(item->item.text)) __builtin_trap();
  return 0;
}
