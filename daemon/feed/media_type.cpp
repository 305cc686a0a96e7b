// SPDX-License-Identifier: Apache-2.0
#include "feed/media_type.hpp"

#include <cstdint>

#include "base/utf8.hpp"
#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

std::uint32_t base64_digit(char c) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return static_cast<std::uint32_t>(digits.find(c));
}

}  // namespace

std::string text_type_of(std::string_view declared) {
  std::string type = lower_copy(trimmed(declared.substr(0, declared.find(';'))));
  if (type.empty() || type == "text/plain" || type == "plain") return "text";
  if (type == "text/html") return "html";
  if (type == "application/xhtml+xml" || type == "application/xhtml") return "xhtml";
  return type;
}

bool is_textual_media_type(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("message/") || type.ends_with("/xml") ||
         type.ends_with("+xml");
}

std::optional<std::string> from_base64_text(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') break;
    const std::uint32_t digit = base64_digit(c);
    if (digit > 63) return std::nullopt;
    bits = (bits << 6U) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFFU);
  }
  if (out.empty() || !is_utf8(out)) return std::nullopt;
  return clean_utf8(out);  // what was hidden from the pre-filter
}

}  // namespace tocsin::feed
