// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "topics/background.hpp"

// Whatever is read can be asked about and written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto background =
      tocsin::topics::Background::parse({reinterpret_cast<const char*>(data), size});
  if (!background) return 0;
  for (std::uint32_t number = 0; number < background->term_count(); ++number) {
    if (background->find(background->term(number)) != number) std::abort();
    for (const auto& seen : background->occurrences(number))
      if (seen.item >= background->item_count()) std::abort();
  }
  if (!tocsin::topics::Background::parse(background->encode())) std::abort();
  return 0;
}
