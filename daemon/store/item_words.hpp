// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::store {

/// The words of an ItemQuery, by what answers them.
struct ItemWords {
  std::vector<std::string> whole;     ///< For the index.
  std::vector<std::string> prefixes;  ///< Likewise, without the "*".
  /// In scripts that put no blanks between words: the index has only what stands between two
  /// marks, and a word inside is found by reading.
  std::vector<std::string> runs;
};

/// Parted at blanks. `too_large` for more than `ItemQuery::most_words`.
[[nodiscard]] Result<ItemWords> read_words(const std::vector<std::string>& words);

/// Quoted, so that nothing a person types is read as FTS5's own syntax.
[[nodiscard]] std::string quoted(std::string_view word);

/// Where every run occurs in one of the texts: some 60 characters around the first run, with the
/// run between "[" and "]".
[[nodiscard]] std::optional<std::string> snippet_of(const std::vector<std::string>& runs,
                                                    const std::vector<std::string>& texts);

}  // namespace tocsin::store
