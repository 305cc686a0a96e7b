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
  std::string expression;  ///< For the index; empty when it has nothing to answer.
  /// In scripts that put no blanks between words: the index has only what stands between two
  /// marks, and a word inside is found by reading.
  std::vector<std::string> runs;
};

/// Parted at blanks. `too_large` for more than `ItemQuery::most_words`.
[[nodiscard]] Result<ItemWords> read_words(const std::vector<std::string>& words);

/// Where every run occurs in one of the texts: some 60 characters around the first run, with the
/// run between "[" and "]".
[[nodiscard]] std::optional<std::string> snippet_of(const std::vector<std::string>& runs,
                                                    const std::vector<std::string>& texts);

}  // namespace tocsin::store
