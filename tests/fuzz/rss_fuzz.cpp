// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "feed_check.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What stands in an RSS channel: the format is settled, every mutation meets its elements.
  std::string document = R"(<rss version="2.0"><channel>)";
  document.append(reinterpret_cast<const char*>(data), size);
  tocsin::fuzz::check_feed(document, {});
  return 0;
}
