// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "text/language.hpp"
#include "text/tokenize.hpp"

namespace {

/// Not inside of a character.
bool is_border(const std::string& text, std::uint32_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

}  // namespace

// Offsets stay inside the text, in order and between characters, keys inside the key buffer, and
// sentences apart; a cut that stops early has the same words until there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text =
      tocsin::clean_utf8(std::string_view{reinterpret_cast<const char*>(data), size});
  const tocsin::text::Tokens cut = tocsin::text::tokenize(text);
  std::uint32_t end = 0;
  for (const auto& token : cut.tokens) {
    const bool is_inside =
        token.begin >= end && token.begin < token.end && token.end <= text.size();
    if (!is_border(text, token.begin) || !is_border(text, token.end)) std::abort();
    if (!is_inside || token.key_size == 0 || token.key_begin + token.key_size > cut.keys.size())
      std::abort();
    end = token.end;
  }
  if (!tocsin::is_utf8(cut.keys)) std::abort();
  tocsin::text::Tokens some;
  tocsin::text::cut_words(text, cut.tokens.size() / 2, some);
  for (std::size_t i = 0; i < some.tokens.size(); ++i)
    if (some.key(some.tokens[i]) != cut.key(cut.tokens[i])) std::abort();
  static_cast<void>(tocsin::text::detect_language(text));
  end = 0;
  for (const auto& span : tocsin::text::sentences(text)) {
    if (span.begin < end || span.begin >= span.end || span.end > text.size()) std::abort();
    end = span.end;
  }
  return 0;
}
