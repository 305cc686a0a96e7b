// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "feed/feed.hpp"
#include "feed/identity.hpp"
#include "feed/to_json.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto feed =
      tocsin::feed::parse(bytes, {.url = "https://news.example/a", .content_type = {}});
  if (!feed) return 0;
  if (tocsin::feed::identify(*feed).size() != feed->items.size()) std::abort();
  for (const auto& item : feed->items) {
    if (!tocsin::is_utf8(item.title) || !tocsin::is_utf8(item.text)) std::abort();
  }
  if (!tocsin::is_utf8(tocsin::feed::to_json(*feed, -1))) std::abort();
  return 0;
}
