// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::wall_page. Where a browser says that it was: Last-Event-ID, and ?after=.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wall/card.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const tocsin::wall::Place place = tocsin::wall::place_of(text);
  const bool is_read_back = tocsin::wall::place_of(tocsin::wall::to_text(place)) == place;
  if (place.part > 999 || !is_read_back) __builtin_trap();
  return 0;
}
