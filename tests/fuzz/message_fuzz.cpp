// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::chat_payload. A title and a text from a feed on their way to people.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "chat/payload.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = std::min(text.find('\n'), text.size());
  tocsin::alert::Alert alert;
  alert.item.title = text.substr(0, end);
  alert.item.content = text.substr(std::min(end + 1, text.size()));
  alert.item.url = alert.item.title;
  alert.match.evidence = {{"title", 1, 4, "", "x", 1}, {"content", 2, 9, "", "x", 1}};
  const auto message = tocsin::outbound::message_of(alert);
  const std::string line = tocsin::outbound::one_line(text);
  if (!tocsin::is_utf8(line) || line.find_first_of("\r\n\x1b") != std::string::npos)
    __builtin_trap();
  using tocsin::chat::Service;
  if (tocsin::chat::payload(Service::mattermost, message).size() > 16'000) __builtin_trap();
  if (tocsin::chat::payload(Service::teams, message).size() > 28 * 1024) __builtin_trap();
  static_cast<void>(tocsin::chat::payload(Service::slack, message));
  static_cast<void>(tocsin::chat::payload(Service::discord, message));
  return 0;
}
