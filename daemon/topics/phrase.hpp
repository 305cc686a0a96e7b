// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "topics/topic.hpp"

namespace tocsin::topics {

/// One surface form, ready to be compared with words of a text.
struct Phrase {
  std::vector<std::string> words;  ///< Comparison forms; the last one is a prefix if `is_prefix`.
  std::vector<std::string>
      exact;  ///< `text::cased_form` of the words when case counts, else empty.
  bool is_prefix = false;

  [[nodiscard]] bool operator==(const Phrase&) const = default;
};

/// Longest phrase, in words.
constexpr std::size_t max_phrase_words = 16;

/// Reads "foreign fighters", "returnee*" (prefix of its last word) or "=IS" (exact case).
/// `invalid_input` says what is wrong, without naming the phrase.
[[nodiscard]] Result<Phrase> parse_phrase(std::string_view written);

/// Replaces its whole words by their stems; a last word that is a prefix stays as it is.
void stem_words(Phrase& phrase, const std::string& stemmer);

/// Two phrases are the same when this is: their words, and what tells a prefix or an exact form.
[[nodiscard]] std::string spelling(const Phrase& phrase);

/// Reads what a term, a required group or an exclusion names: a phrase, or "@alias" for all
/// surfaces of that alias.
[[nodiscard]] Result<std::vector<Phrase>> parse_reference(std::string_view written,
                                                          const Aliases& aliases);

/// As above, with the aliases of the topic.
[[nodiscard]] Result<std::vector<Phrase>> parse_reference(std::string_view written,
                                                          const Topic& topic);

/// One phrase for each word, for what compares words one by one.
[[nodiscard]] std::vector<Phrase> words_of(const Phrase& phrase);

}  // namespace tocsin::topics
