// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.hpp"
#include "feed/html_text.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string html = tocsin::clean_utf8({reinterpret_cast<const char*>(data), size});
  if (!tocsin::is_utf8(tocsin::feed::html_to_text(html))) std::abort();
  if (tocsin::feed::title_to_text(html).find('\n') != std::string::npos) std::abort();
  return 0;
}
