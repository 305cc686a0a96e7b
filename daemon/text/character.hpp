// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/utf8.h>

#include <cstddef>
#include <string_view>

namespace tocsin::text {

/// One character of a text and where the next one begins.
struct Character {
  UChar32 value = 0;  ///< Below zero for an ill-formed byte.
  std::size_t end = 0;
};

/// The character at byte `at`, which is inside the text.
[[nodiscard]] inline Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, at + 1};
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto size = text.size();
  std::size_t next = at;
  UChar32 value = 0;
  U8_NEXT(bytes, next, size, value);
  return {value, next};
}

}  // namespace tocsin::text
