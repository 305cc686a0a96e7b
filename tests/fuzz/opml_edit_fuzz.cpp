// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feed/opml_edit.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::feed;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  tocsin::Diagnostics diagnostics;
  static_cast<void>(read_foreign_opml(bytes, "fuzz.opml", diagnostics));
  const Subscription feed{.id = "fuzz",
                          .url = "https://fuzz.example/",
                          .title = "F & \u00E9",
                          .site = {},
                          .tags = {"Fuzz"}};
  const auto edited = add_outlines(bytes, {feed});
  if (!edited) return 0;
  const auto before = read_opml(bytes, "x", diagnostics);
  const auto after = read_opml(*edited, "x", diagnostics);
  if (!before || !after || after->size() != before->size() + 1) std::abort();
  // What was added can be removed again.
  const auto again = remove_outline(*edited, "fuzz");
  if (!again || read_opml(*again, "x", diagnostics)->size() != before->size()) std::abort();
  return 0;
}
