// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/discover.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view page{reinterpret_cast<const char*>(data), size};
  const auto found =
      tocsin::feed::discover_feeds(page, {.url = "https://a.example/b/", .content_type = {}});
  if (found.size() > tocsin::feed::most_candidates) std::abort();
  for (const auto& one : found) {
    // Each can be fetched and shown.
    if (!tocsin::parse_http_url(one.url) || !tocsin::is_utf8(one.title)) std::abort();
  }
  return 0;
}
