// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::email_compose. A title and a text from a feed on their way into a mail.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "email/compose.hpp"

namespace {

/// Each line of a header but the first begins with a space, none is long, and all is ASCII.
void check_header(std::string_view header) {
  for (std::size_t at = 0; at < header.size();) {
    const auto end = std::min(header.find("\r\n", at), header.size());
    const std::string_view line = header.substr(at, end - at);
    if (line.size() > 120 || line.find_first_of("\r\n") != std::string_view::npos) __builtin_trap();
    if (at > 0 && !line.starts_with(' ')) __builtin_trap();
    for (const char c : line) {
      if (c < ' ' || c > '~') __builtin_trap();
    }
    at = end + 2;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = std::min(text.find('\n'), text.size());
  tocsin::alert::Alert alert;
  alert.id = alert.match.topic = alert.item.title = text.substr(0, end);
  alert.match.title = alert.group_key = alert.item.title;
  alert.item.content = text.substr(std::min(end + 1, text.size()));
  const auto mail = tocsin::email::compose(
      alert, {.from = "tocsin@desk.example", .to = {"a@desk.example"}}, tocsin::Time{});
  for (const std::string& header : mail.headers) check_header(header);
  check_header(tocsin::email::encode_header(text));
  if (mail.html.find("<script") != std::string::npos) __builtin_trap();
  return 0;
}
