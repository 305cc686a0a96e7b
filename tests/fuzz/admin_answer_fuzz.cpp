// SPDX-License-Identifier: Apache-2.0
// The frames of a daemon's reply as the verbs read them. Between frames stands the byte 0x1E.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/order.hpp"
#include "bus/client.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  std::vector<std::string> frames;
  for (std::size_t at = 0; at <= bytes.size();) {
    const std::size_t end = std::min(bytes.find('\x1e', at), bytes.size());
    frames.emplace_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  const auto reply = tocsin::bus::read_admin_reply(frames);
  if (!reply) return 0;
  const auto answer = tocsin::app::read_answer(*reply);
  if (answer && (!answer->is_object() || answer->contains("error"))) __builtin_trap();
  return 0;
}
