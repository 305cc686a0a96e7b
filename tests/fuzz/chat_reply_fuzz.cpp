// SPDX-License-Identifier: Apache-2.0
// Needs tocsin::chat_payload. What a service says to a post: a line for X-RateLimit-Reset-After,
// then the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/payload.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = std::min(text.find('\n'), text.size());
  tocsin::outbound::Reply reply{
      .status = 429,
      .body = std::string{text.substr(std::min(end + 1, text.size()))},
      .headers = {{"X-RateLimit-Remaining", "0"},
                  {"X-RateLimit-Reset-After", std::string{text.substr(0, end)}}}};
  if (reply.body.size() > tocsin::outbound::reply_limit) return 0;
  const auto wish = tocsin::chat::wish_of(reply);
  if (wish.count() < 0 || wish > std::chrono::hours{1}) __builtin_trap();
  return 0;
}
