// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin {

/// True when `bytes` is well-formed UTF-8 (no overlong forms, surrogates, or values past U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// True when clean_utf8() leaves `bytes` as they are, as it does with most texts.
[[nodiscard]] bool is_clean_utf8(std::string_view bytes);

/// Well-formed UTF-8 without C0 and C1 controls other than newline and tab: each ill-formed
/// sequence becomes U+FFFD (maximal subparts, as Unicode 15 §3.9 recommends), each control is
/// dropped, save that a carriage return without a newline behind it becomes one.
[[nodiscard]] std::string clean_utf8(std::string_view bytes);

/// The longest prefix of at most `limit` bytes that does not split a character.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t limit);

/// Safe inside a log line or a terminal: controls, quotes, backslashes, bidirectional and
/// zero-width characters and ill-formed bytes become escapes; at most `limit` bytes of `text` are
/// shown.
[[nodiscard]] std::string escape_for_line(std::string_view text, std::size_t limit = 200);

}  // namespace tocsin
