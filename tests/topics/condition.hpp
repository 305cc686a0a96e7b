// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// A `when` as a tree, so that the evaluator of the tests needs no parser of its own: tests make
/// the tree and hand its text to the parser under test.
struct Condition {
  enum class Kind : std::uint8_t {
    phrase,
    sloppy,
    pattern,
    all,
    any,
    none,
    near,
    at_least,
    in_field
  };

  Kind kind = Kind::phrase;
  std::vector<Condition> children;
  std::string written;     ///< "=IS", "return*", "foreign fighters", "@alias"; between slashes.
  std::size_t number = 0;  ///< Of NEAR and OF, and the slop.
  bool is_ordered = false;
  bool ignores_case = false;   ///< Of a pattern.
  Field field = Field::title;  ///< Of `in_field`.
};

/// As an editor writes it, with no more parentheses than the grammar needs.
[[nodiscard]] std::string to_text(const Condition& condition);

}  // namespace tocsin::topics
