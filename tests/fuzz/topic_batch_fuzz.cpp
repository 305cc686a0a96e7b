// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/utf8.hpp"
#include "topics/derive.hpp"

// The lines of a batch, and the same bytes as background items; what is read has a name and is
// text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string bytes{data, data + size};
  Diagnostics diagnostics;
  std::istringstream topics{bytes};
  if (const auto batch = topics::parse_batch(topics, "seeds.jsonl", diagnostics))
    for (const topics::BatchTopic& topic : *batch) {
      if (topic.id.empty() || topic.line == 0) std::abort();
      for (const topics::Seed& seed : topic.seeds)
        if (clean_utf8(seed.title) != seed.title) std::abort();
    }
  std::istringstream items{bytes};
  if (const auto texts = topics::parse_background_items(items, "items.jsonl", diagnostics))
    static_cast<void>(topics::Background::build(*texts, "en", ""));
  return 0;
}
