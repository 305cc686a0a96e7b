// SPDX-License-Identifier: Apache-2.0
// Frames of a question who may connect. Between frames stands the byte 0x1E.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bus/zap.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::bus;
  const std::string bytes{data, data + size};
  std::vector<std::string> frames;
  for (std::size_t at = 0; at <= bytes.size();) {
    const std::size_t end = std::min(bytes.find('\x1e', at), bytes.size());
    frames.push_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  const Grants grants{.keys = {{.name = "partner", .key = std::string(40, '0')}}, .users = {1000}};
  const auto question = read_zap(frames);
  if (!question) return 0;
  const Admission admission = admit(question->caller, grants, 990);
  // The domain is what our own socket was bound with: only these two ask for no key.
  const std::string& domain = question->caller.domain;
  const bool needs_key = domain != "local" && domain != "loopback";
  if (needs_key && admission.is_welcome && admission.key.empty()) __builtin_trap();
  return 0;
}
