// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/key_pair.hpp"
#include "settings/reader_grant.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto grant = tocsin::settings::read_reader_grant(bytes, "partner.toml", diagnostics);
  if (grant.has_value() == tocsin::has_errors(diagnostics)) __builtin_trap();
  if (grant && !tocsin::is_curve_key(grant->key)) __builtin_trap();
  return 0;
}
