// SPDX-License-Identifier: Apache-2.0
// The first line is the Content-Type header, the rest the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.hpp"
#include "feed/charset.hpp"
#include "feed/prefilter.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  tocsin::feed::Decoded decoded;
  tocsin::feed::decode(input.substr(end + 1), input.substr(0, end), decoded);
  if (!tocsin::is_utf8(decoded.text)) std::abort();
  const auto filtered = tocsin::feed::prefilter(decoded.text);
  if (!tocsin::is_utf8(filtered.text)) std::abort();
  if (filtered.text.find('\0') != std::string::npos) std::abort();
  return 0;
}
