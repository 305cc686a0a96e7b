// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// The UTF-8 of an HTML named character reference ("eacute" → "é"), by the names of the WHATWG HTML
/// standard §13.5; empty when there is no such name. Case matters.
[[nodiscard]] std::string_view named_entity(std::string_view name);

/// Appends one code point as UTF-8; 0x80–0x9F are read as windows-1252, as HTML does. C0 controls
/// but white space, surrogates and values past U+10FFFF append nothing.
void append_code_point(std::string& out, std::uint32_t code_point);

/// A character reference at the front of a text.
struct Reference {
  std::size_t length = 0;  ///< Of its spelling, from '&' on; 0 when there is none.
  std::string utf8;        ///< Empty for a reference to a character that no text may hold.
};

enum class Semicolon { required, optional };

/// Reads the reference that `text`, which starts with '&', starts with. Where the semicolon is
/// optional, only the names that HTML 4's Latin-1 set allowed without one are taken.
[[nodiscard]] Reference read_reference(std::string_view text, Semicolon semicolon);

}  // namespace tocsin::feed
