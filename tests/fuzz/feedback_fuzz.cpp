// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/feedback_json.hpp"
#include "app/json_line.hpp"
#include "bus/protocol.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto feedback = tocsin::app::read_feedback(bytes);
  if (!feedback) return 0;
  // What was read once is read again, and fits into a request.
  const std::string line = tocsin::app::json_line(tocsin::app::to_json(*feedback));
  if (line.size() > tocsin::bus::frame_limit) __builtin_trap();
  const auto again = tocsin::app::read_feedback(line);
  if (!again || !(*again == *feedback)) __builtin_trap();
  return 0;
}
