// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/json_line.hpp"
#include "app/silence_orders.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  static_cast<void>(tocsin::app::read_silence_number(bytes));
  const auto silence = tocsin::app::read_silence(bytes);
  if (!silence) return 0;
  // What was read once is read again, the same.
  const auto again =
      tocsin::app::read_silence(tocsin::app::json_line(tocsin::app::to_json(*silence)));
  if (!again || again->name != silence->name || again->reason != silence->reason) {
    __builtin_trap();
  }
  return 0;
}
