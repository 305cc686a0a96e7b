// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/byte_block.hpp"

namespace tocsin {
namespace {

constexpr char32_t ill_formed = 0xFFFFFFFF;

struct Decoded {
  char32_t code_point = ill_formed;
  std::size_t length = 1;  // of the character, or of the maximal ill-formed subpart
};

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

/// The bounds of the second byte and the length that a lead byte announces (Unicode 15, table 3-7).
struct Lead {
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
};

Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {.length = 2};
  if (byte == 0xE0) return {.length = 3, .low = 0xA0};
  if (byte == 0xED) return {.length = 3, .high = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.length = 3};
  if (byte == 0xF0) return {.length = 4, .low = 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {.length = 4};
  if (byte == 0xF4) return {.length = 4, .high = 0x8F};
  return {};
}

Decoded decode(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return {first, 1};
  Lead lead = lead_of(first);
  if (lead.length == 0) return {};
  char32_t code_point = first & (0x7FU >> lead.length);
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (at + i >= text.size()) return {ill_formed, i};
    const std::uint8_t byte = byte_at(text, at + i);
    if (byte < lead.low || byte > lead.high) return {ill_formed, i};
    lead.low = 0x80;
    lead.high = 0xBF;
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  return {code_point, lead.length};
}

constexpr std::size_t longest_sequence = 4;

/// Which of 16 bytes cannot stand where they do (Unicode 15, table 3-7), going by them and the
/// three before them.
ByteBlock ill_formed_in(const char* bytes) {
  const ByteBlock here = load_block(bytes);
  const ByteBlock before = load_block(bytes - 1);
  if (!any_set((here | load_block(bytes - 3)) >= 0x80)) return ByteBlock{};
  const ByteBlock is_expected =
      (before >= 0xC2) | (load_block(bytes - 2) >= 0xE0) | (load_block(bytes - 3) >= 0xF0);
  const ByteBlock is_continuation = (here & 0xC0U) == 0x80;
  const ByteBlock is_no_lead = ((here & 0xFEU) == 0xC0) | (here > 0xF4);
  const ByteBlock is_past_bounds =
      ((before == 0xE0) & (here < 0xA0)) | ((before == 0xED) & (here > 0x9F)) |
      ((before == 0xF0) & (here < 0x90)) | ((before == 0xF4) & (here > 0x8F));
  return (is_expected ^ is_continuation) | is_no_lead | is_past_bounds;
}

/// How many bytes at the start are ASCII; of most texts all.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + block_size <= text.size() && !any_set(load_block(text.data() + at) >= 0x80)) {
    at += block_size;
  }
  while (at < text.size() && byte_at(text, at) < 0x80) ++at;
  return at;
}

/// The last character that starts before `at`.
std::size_t start_before(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (byte_at(text, at) & 0xC0U) == 0x80);
  return at;
}

bool is_dropped_control(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F);
}

/// Characters that reorder or hide text on a terminal.
bool is_deceptive(char32_t c) {
  struct Range {
    char32_t first;
    char32_t last;
  };

  constexpr std::array<Range, 17> ranges{{{0x00AD, 0x00AD},
                                          {0x034F, 0x034F},
                                          {0x061C, 0x061C},
                                          {0x115F, 0x1160},
                                          {0x17B4, 0x17B5},
                                          {0x180E, 0x180E},
                                          {0x200B, 0x200F},
                                          {0x2028, 0x202E},
                                          {0x2060, 0x206F},
                                          {0x3164, 0x3164},
                                          {0xFEFF, 0xFEFF},
                                          {0xFFA0, 0xFFA0},
                                          {0xFFF0, 0xFFFB},
                                          {0x1BCA0, 0x1BCA3},
                                          {0x1D173, 0x1D17A},
                                          {0xE0000, 0xE00FF},
                                          {0xE01F0, 0xE0FFF}}};
  if (c < ranges.front().first) return false;
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& one) { return c >= one.first && c <= one.last; });
}

void append_escaped(std::string& out, char32_t c, std::string_view bytes) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '"' || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c == ill_formed) {
    for (const char byte : bytes) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(byte));
    }
  } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || is_deceptive(c)) {
    out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
  } else {
    out += bytes;
  }
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  std::size_t at = ascii_prefix(bytes);
  if (at == bytes.size()) return true;
  // Blocks look three bytes back, which must be whole characters at the start…
  while (at < longest_sequence - 1 && at < bytes.size()) {
    const Decoded next = decode(bytes, at);
    if (next.code_point == ill_formed) return false;
    at += next.length;
  }
  for (; at + block_size <= bytes.size(); at += block_size) {
    if (any_set(ill_formed_in(bytes.data() + at))) return false;
  }
  // … and leave the last character open, which is looked at again with what follows.
  if (at > 0) at = start_before(bytes, at);
  while (at < bytes.size()) {
    const Decoded next = decode(bytes, at);
    if (next.code_point == ill_formed) return false;
    at += next.length;
  }
  return true;
}

bool is_clean_utf8(std::string_view bytes) {
  const std::size_t control = find_marked(bytes, 0, ' ', [](ByteBlock here, ByteBlock next) {
    const ByteBlock is_c0 = (here < 0x20) & (here != '\n') & (here != '\t');
    const ByteBlock is_c1 = (here == 0xC2) & (next < 0xA0);
    return is_c0 | (here == 0x7F) | is_c1;
  });
  return control == bytes.size() && is_utf8(bytes);
}

std::string clean_utf8(std::string_view bytes) {
  if (is_clean_utf8(bytes)) return std::string{bytes};
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded next = decode(bytes, at);
    if (next.code_point == ill_formed) {
      out += "\xEF\xBF\xBD";
    } else if (next.code_point == '\r') {
      if (!bytes.substr(at + 1).starts_with('\n')) out += '\n';
    } else if (!is_dropped_control(next.code_point)) {
      out += bytes.substr(at, next.length);
    }
    at += next.length;
  }
  return out;
}

std::string_view truncate_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && (byte_at(text, end) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

std::string escape_for_line(std::string_view text, std::size_t limit) {
  const std::string_view shown = truncate_utf8(text, limit);
  std::string out;
  for (std::size_t at = 0; at < shown.size();) {
    const Decoded next = decode(shown, at);
    append_escaped(out, next.code_point, shown.substr(at, next.length));
    at += next.length;
  }
  if (shown.size() < text.size()) out += "…";
  return out;
}

}  // namespace tocsin
