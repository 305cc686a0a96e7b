// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alert/codec.hpp"
#include "alert/ninjs.hpp"
#include "base/utf8.hpp"

// What decodes must encode again, well-formed and within the limit, and then stay as it is; as
// ninjs it is one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto first = alert::decode(bytes);
  if (!first) return 0;
  const auto payload = alert::encode(first->alert, first->sequence);
  if (payload.size() > alert::payload_limit || !is_utf8(payload)) std::abort();
  const auto second = alert::decode(payload);
  if (!second || second->sequence != first->sequence) std::abort();
  if (alert::encode(second->alert, second->sequence) != payload) std::abort();
  const auto item = alert::encode_ninjs(first->alert);
  if (!is_utf8(item) || item.find('\n') != std::string::npos) std::abort();
  return 0;
}
