// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "text/tokenize.hpp"

// Offsets stay inside the text and in order, keys inside the key buffer, and sentences apart.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text =
      tocsin::clean_utf8(std::string_view{reinterpret_cast<const char*>(data), size});
  const tocsin::text::Tokens cut = tocsin::text::tokenize(text);
  std::uint32_t end = 0;
  for (const auto& token : cut.tokens) {
    const bool is_inside =
        token.begin >= end && token.begin < token.end && token.end <= text.size();
    if (!is_inside || token.key_size == 0 || token.key_begin + token.key_size > cut.keys.size())
      std::abort();
    end = token.end;
  }
  if (!tocsin::is_utf8(cut.keys)) std::abort();
  end = 0;
  for (const auto& span : tocsin::text::sentences(text)) {
    if (span.begin < end || span.begin >= span.end || span.end > text.size()) std::abort();
    end = span.end;
  }
  return 0;
}
