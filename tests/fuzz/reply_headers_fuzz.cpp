// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::http. Header lines as a server might send them, one input line each.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/reply_headers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  tocsin::http::ReplyHeaders headers;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto length = end == std::string_view::npos ? rest.size() : end + 1;
    tocsin::http::take_line(headers, rest.substr(0, length));
    rest.remove_prefix(length);
  }
  if (headers.bytes != size) __builtin_trap();
  if (headers.etag.find_first_of("\r\n") != std::string::npos) __builtin_trap();
  if (headers.etag.size() > 2048 || headers.last_modified.size() > 2048) __builtin_trap();
  const auto max_age = tocsin::http::fresh_for(headers, tocsin::Time{});
  const auto retry_after = tocsin::http::retry_after_of(headers, tocsin::Time{});
  if (max_age && max_age->count() < 0) __builtin_trap();
  if (retry_after && retry_after->count() < 0) __builtin_trap();
  return 0;
}
