// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tocsin::text {

/// The comparison form of one word in UTF-16 (tokenize.hpp says which), appended to `keys` as
/// UTF-8.
void append_folded(std::u16string_view word, std::string& keys);

/// Length of an ASCII-apostrophe possessive at the end of a folded word: "baghdadi's" 2, else 0.
[[nodiscard]] std::size_t possessive_size(std::string_view folded);

}  // namespace tocsin::text
