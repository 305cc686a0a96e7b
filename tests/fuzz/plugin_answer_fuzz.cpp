// SPDX-License-Identifier: Apache-2.0
// What a daemon sends to a plugin: the object of a reply, and the frames of a record. Between
// frames stands the byte 0x1E.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/src/messages.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::plugin;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  constexpr std::int64_t hour = 3'600'000;
  const Answer answer = read_answer(std::string{bytes});
  if (answer.heartbeat_ms < 0 || answer.heartbeat_ms > hour) __builtin_trap();
  if (answer.next_ms && (*answer.next_ms < 0 || *answer.next_ms > hour)) __builtin_trap();
  std::vector<std::string> frames;
  for (std::size_t at = 0; at <= bytes.size();) {
    const std::size_t end = std::min(bytes.find('\x1e', at), bytes.size());
    frames.emplace_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  const auto record = read_record(std::move(frames), true);
  if (record && (record->frame.seq == 0 || record->frame.attempt == 0)) __builtin_trap();
  return 0;
}
