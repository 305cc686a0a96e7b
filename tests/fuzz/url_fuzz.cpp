// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::base. The first line is a base, the rest a reference.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = text.find('\n');
  const std::string_view base = text.substr(0, end);
  const std::string_view reference =
      end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  const std::string target = tocsin::resolve_url(base, reference);
  const std::string canonical = tocsin::canonical_link(target);
  if (const auto url = tocsin::parse_http_url(target)) {
    if (url->host.empty()) __builtin_trap();
    if (tocsin::canonical_link(canonical) != canonical) __builtin_trap();
  }
  static_cast<void>(tocsin::redacted_url(text));
  return 0;
}
