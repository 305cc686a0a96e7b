// SPDX-License-Identifier: Apache-2.0
// Frames as any peer may send them. Between frames stands the byte 0x1E.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "bus/protocol.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::bus;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  std::vector<std::string_view> frames;
  for (std::size_t at = 0; at <= bytes.size();) {
    const std::size_t end = std::min(bytes.find('\x1e', at), bytes.size());
    frames.push_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  const Parsed parsed = parse(frames);
  if (const auto* fetch = std::get_if<Fetch>(&parsed.request)) {
    if (fetch->max_records > fetch_limit || fetch->max_bytes > fetch_bytes) std::abort();
  }
  if (const auto* due = std::get_if<TakeDue>(&parsed.request)) {
    if (due->max_records > due_limit || due->max_bytes > fetch_bytes) std::abort();
  }
  if (const auto* nak = std::get_if<Nak>(&parsed.request)) {
    if (nak->attempt < 0 || nak->retry_after > std::chrono::hours{1}) std::abort();
  }
  if (const auto* hello = std::get_if<Hello>(&parsed.request)) {
    if (hello->name.size() > 64 || hello->filters.size() > filter_limit) std::abort();
  }
  return 0;
}
