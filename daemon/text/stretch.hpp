// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/tokenize.hpp"

namespace tocsin::text {

/// A run of text between white space, and where to put its words.
struct Stretch {
  std::string_view text;    ///< The whole text.
  std::uint32_t begin = 0;  ///< Bytes [begin, end) of it.
  std::uint32_t end = 0;
};

/// Cuts a stretch of ASCII into words, until there are `limit` of them or a few more.
/// `is_exact_case` is set by shape alone; sentences are not set.
void cut_ascii(const Stretch& stretch, std::size_t limit, Tokens& out);

/// The same for a stretch whose letters are all Latin, Greek or Cyrillic and stand alone
/// (letters.hpp says which). False, and nothing done, for any other: `cut_unicode` gives the same
/// words.
[[nodiscard]] bool cut_letters(const Stretch& stretch, Tokens& out);

/// The same for any well-formed UTF-8, by ICU's word iterator with its dictionaries.
void cut_unicode(const Stretch& stretch, std::size_t limit, Tokens& out);

/// Whether `size` letters, all capitals, make an acronym that may be compared with its case.
[[nodiscard]] constexpr bool is_acronym_size(std::size_t size) {
  return size >= 2 && size <= 6;
}

}  // namespace tocsin::text
