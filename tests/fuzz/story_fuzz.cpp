// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/utf8.hpp"
#include "story/features.hpp"

// An item's text on its way into a story, and what is stored of it read back: the first line is the
// headline, and all bytes are also taken for stored ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  const std::string text = clean_utf8(bytes);
  const auto end = text.find('\n');
  static story::FeatureReader reader{[](std::string_view word) {
    return static_cast<double>(word.size());
  }};
  const story::Features features = reader.read(
      {.title = text.substr(0, end), .text = text, .outlet = "news.example", .source = "The News"});
  const auto read = story::decode_features(story::encode(features));
  if (!read || read->words != features.words) __builtin_trap();
  const auto stored = story::decode_features(bytes);
  if (stored && story::encode(*stored) != bytes) __builtin_trap();
  return 0;
}
