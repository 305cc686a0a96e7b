// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "topics/topic.hpp"

namespace tocsin::bench {

/// What `RuleSet::match` is measured against: the least that matching stored rules can cost.
///
/// ASCII words by a table, 64-bit hashes taken for the words themselves, one open-addressing table,
/// phrases compared where their first word stands, and for each rule a count of its terms that
/// occur. It knows no Unicode, weights, fields, aliases, prefixes or conditions, and says nothing
/// of what matched where.
class BareMatcher {
 public:
  /// For items of so many `words`.
  BareMatcher(const std::vector<topics::Topic>& topics, double words);

  /// Number of rules of which enough terms occur in the first 300 words.
  [[nodiscard]] std::size_t match(std::string_view title, std::string_view body);

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t word = 0;
  };

  struct Term {
    std::vector<std::uint64_t> rest;   ///< Hashes of the words behind its first.
    std::vector<std::uint32_t> rules;  ///< Those that count it.
    std::uint32_t epoch = 0;           ///< Item in which it was last counted.
  };

  struct Count {
    std::uint32_t epoch = 0;
    std::uint32_t count = 0;
  };

  void cut(std::string_view text);
  [[nodiscard]] std::uint32_t find(std::uint64_t hash) const;
  [[nodiscard]] std::size_t count(Term& term, std::size_t place);

  std::vector<Slot> table_;
  std::size_t mask_ = 0;
  std::vector<std::vector<Term>> terms_;  ///< By their first word, from 1.
  std::vector<std::uint32_t> least_;      ///< So many terms of each rule must occur.
  std::vector<Count> counts_;
  std::vector<std::uint64_t> hashes_;  ///< Of the item's words.
  std::uint32_t epoch_ = 0;
};

}  // namespace tocsin::bench
