// SPDX-License-Identifier: Apache-2.0
// A seed document, and the same bytes as a manifest.
#include <cstddef>
#include <cstdint>
#include <string>

#include "topics/seed_corpus.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{data, data + size};
  tocsin::Diagnostics diagnostics;
  const auto seed = tocsin::topics::parse_seed(bytes, "000-seed.txt", diagnostics);
  if (seed && seed->paragraphs.empty() && seed->title.empty()) __builtin_trap();
  static_cast<void>(tocsin::topics::parse_manifest(bytes, "manifest.toml", diagnostics));
  return 0;
}
