// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feed/opml.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tocsin::Diagnostics diagnostics;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto list = tocsin::feed::read_opml(bytes, "fuzz.opml", diagnostics);
  if (!list) return 0;
  // What was read can be written and read again.
  const auto again = tocsin::feed::read_opml(tocsin::feed::write_opml(*list), "x", diagnostics);
  if (!again || again->size() != list->size()) std::abort();
  return 0;
}
