// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::topics {

/// How often a term occurs in one background item.
struct Occurrence {
  std::uint32_t item = 0;
  std::uint32_t count = 0;
};

/// What ordinary news looks like: for many items, how often each word, pair and triple of words
/// occurs.
///
/// Holds unordered counts only, so that no sentence can be read out of it. Terms are comparison
/// forms (text/tokenize.hpp) with a space between words. Terms of a single item are not kept; pairs
/// and triples neither when they start or end in a function word. Thread: any, at once.
class Background {
 public:
  /// Counts `texts`, each one item. `attribution` is a line that travels with the counts.
  [[nodiscard]] static Background build(std::span<const std::string> texts, std::string language,
                                        std::string attribution);

  /// Reads what `encode` wrote; `invalid_input` for anything else, `too_large` past `max_bytes`.
  [[nodiscard]] static Result<Background> parse(std::string_view bytes);
  [[nodiscard]] static Result<Background> load(const std::string& path);

  /// The same counts give the same bytes.
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] Result<void> save(const std::string& path) const;

  /// The largest file read, in bytes.
  static constexpr std::size_t max_bytes = std::size_t{64} << 20U;

  [[nodiscard]] const std::string& language() const { return language_; }

  [[nodiscard]] const std::string& attribution() const { return attribution_; }

  /// Of `encode()`, 16 hexadecimal digits.
  [[nodiscard]] const std::string& digest() const { return digest_; }

  [[nodiscard]] std::size_t item_count() const { return lengths_.size(); }

  [[nodiscard]] std::size_t term_count() const { return terms_.size(); }

  [[nodiscard]] std::uint64_t word_count() const { return words_; }

  /// Words per item, the avglen of the scoring formula.
  [[nodiscard]] double average_length() const;

  /// Words of one item.
  [[nodiscard]] std::uint32_t length(std::uint32_t item) const { return lengths_[item]; }

  /// Number of a term, or nothing when it is not kept.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view term) const;

  [[nodiscard]] std::string_view term(std::uint32_t number) const { return terms_[number]; }

  /// Items with the term, by item; empty when it is not kept.
  [[nodiscard]] std::span<const Occurrence> occurrences(std::string_view term) const;
  [[nodiscard]] std::span<const Occurrence> occurrences(std::uint32_t number) const;
  /// Items that hold the term.
  [[nodiscard]] std::size_t document_frequency(std::string_view term) const;
  /// Occurrences over all items.
  [[nodiscard]] std::uint64_t count(std::string_view term) const;

 private:
  void sum_up();

  std::string language_;
  std::string attribution_;
  std::string digest_;
  std::uint64_t words_ = 0;
  std::vector<std::uint32_t> lengths_;  ///< Words per item.
  std::vector<std::string> terms_;      ///< Sorted.
  std::vector<std::size_t> starts_;  ///< Of each term's run in `occurrences_`; one more at the end.
  std::vector<Occurrence> occurrences_;  ///< By term, then item.
  std::vector<std::uint64_t> totals_;    ///< Occurrences of each term.
};

/// "=IS" for the surface form of a token that `is_exact_case`: "IS", "I.S", "IS's".
[[nodiscard]] std::string exact_case_term(std::string_view surface);

/// Background items, one a line as `match` reads them: title, and text, content or summary. An item
/// without words is left out, and a line that is no item is a warning. `too_large` past 1 GiB of
/// text.
[[nodiscard]] Result<std::vector<std::string>> read_background_items(const std::string& path,
                                                                     Diagnostics& diagnostics);
[[nodiscard]] Result<std::vector<std::string>> parse_background_items(std::istream& lines,
                                                                      const std::string& file,
                                                                      Diagnostics& diagnostics);

}  // namespace tocsin::topics
