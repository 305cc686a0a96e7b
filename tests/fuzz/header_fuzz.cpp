// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alert/codec.hpp"

// A header that decodes comes back the same from its own encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const auto first = alert::decode_header({reinterpret_cast<const char*>(data), size});
  if (!first) return 0;
  const auto encoded = alert::encode(*first);
  const auto second = alert::decode_header(encoded);
  if (encoded.size() <= alert::header_limit && !second) std::abort();
  if (second && alert::encode(*second) != encoded) std::abort();
  return 0;
}
