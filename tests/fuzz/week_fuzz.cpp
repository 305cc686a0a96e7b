// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "calendar/week.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const Time now{std::chrono::sys_days{std::chrono::year{2019} / 10 / 27}};
  static const calendar::Zone berlin =
      calendar::Zone::find("Europe/Berlin").value_or(calendar::Zone{});
  if (const auto window = calendar::parse_window(text)) {
    const auto end = calendar::end_of({*window}, berlin, now);
    // A window ends, and within two days.
    if (end && (*end <= now || *end > now + std::chrono::hours{50})) __builtin_trap();
  }
  if (const auto moments = calendar::parse_moments(text)) {
    const auto next = calendar::next_of(*moments, berlin, now);
    if (!next || *next <= now || *next > now + std::chrono::hours{24 * 9}) __builtin_trap();
  }
  if (const auto zone = calendar::Zone::find(text)) static_cast<void>(zone->local(now));
  return 0;
}
