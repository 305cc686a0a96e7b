// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.hpp"
#include "feed/page.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto page =
      tocsin::feed::read_page(bytes, {.url = "https://a.example/b", .content_type = {}});
  const bool is_clean =
      tocsin::is_utf8(page.title) && tocsin::is_utf8(page.text) && tocsin::is_utf8(page.language);
  if (!is_clean || page.title.find('\n') != std::string::npos) __builtin_trap();
  return 0;
}
