// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "feed_check.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What stands in an Atom feed: the format is settled, every mutation meets its elements.
  std::string document = R"(<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/">)";
  document.append(reinterpret_cast<const char*>(data), size);
  tocsin::fuzz::check_feed(document, {});
  return 0;
}
