// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::webhook_signature. A file of secrets as somebody wrote it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/base64.hpp"
#include "webhook/signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto bytes = tocsin::from_base64(text);
  if (bytes && tocsin::to_base64(*bytes) != text) __builtin_trap();
  const auto keys = tocsin::webhook::parse_secrets(text);
  if (!keys) return 0;
  for (const auto& key : *keys) {
    if (key.size() < 24 || key.size() > 64) __builtin_trap();
  }
  return 0;
}
